// Preloaded into what runs under valgrind, whose version 3.19 does not know openat2 and answers
// ENOSYS: it becomes an openat. No test under valgrind is about what openat2 forbids.
#include <dlfcn.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdarg>

extern "C" long syscall(long number, ...) noexcept {
    long arguments[6];
    va_list list;
    va_start(list, number);
    for (long& each : arguments) each = va_arg(list, long);
    va_end(list);
    if (number == SYS_openat2) {
        const auto& how = *reinterpret_cast<const open_how*>(arguments[2]);
        return ::openat(static_cast<int>(arguments[0]), reinterpret_cast<const char*>(arguments[1]),
                        static_cast<int>(how.flags));
    }
    static auto* const real = reinterpret_cast<long (*)(long, ...)>(::dlsym(RTLD_NEXT, "syscall"));
    return real(number, arguments[0], arguments[1], arguments[2], arguments[3], arguments[4],
                arguments[5]);
}
