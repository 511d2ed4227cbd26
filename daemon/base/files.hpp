// Files: descriptors that close themselves, reading and publishing files, making them durable.
//
// Every durable step (sync, link, unlink, rename) first calls durable_step(): the place where the
// crash tests stop the world. A failed sync is Remedy::Stop and told to failed_sync() (stop.hpp):
// it is never tried again, because the page cache may then claim what the disk does not hold.
// Threads: functions are free of state. Throws: only what a test's hook throws.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "base/result.hpp"

namespace base {

class Fd {
public:
    Fd() = default;
    explicit Fd(int number) : number_(number) {}
    ~Fd();
    Fd(Fd&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
    Fd& operator=(Fd&& other) noexcept;
    int number() const { return number_; }
    explicit operator bool() const { return number_ >= 0; }
    int release() { return std::exchange(number_, -1); }

private:
    int number_ = -1;
};

// Called with a name such as "link" or "sync" before each durable step; the default does nothing.
// Set once, before threads start (tests only).
void set_durable_step_hook(std::function<void(const char* step)> hook);
void durable_step(const char* step);

// Opens a directory; its path may contain links (an operator's choice), its last component not.
Result<Fd> open_directory(const std::string& path);
// Makes a directory and what is missing above it; finishes one that a crash left half made.
Outcome make_directories(const std::string& path, unsigned mode);
// Makes a directory beneath another if it is missing (finishes it), syncs the parent, and opens it.
Result<Fd> make_directory_at(int directory, const std::string& name, unsigned mode);

// The names in a directory but . and .., in no order, until the visitor returns false. Through a
// handle of its own: a position in the directory is not shared with anybody. `doing` is told when
// it cannot be listed ("listing InBox").
Outcome each_name(int directory, const std::string& doing,
                  const std::function<bool(const std::string&)>& visit);
// The same of the directory at a path.
Outcome each_name_in(const std::string& path, const std::function<bool(const std::string&)>& visit);

Result<std::string> read_file(const std::string& path, std::size_t bytes_max);
// All bytes from the descriptor's position on, at most bytes_max + 1 of them.
Result<std::string> read_all(int fd, std::size_t bytes_max);
Outcome write_all(int fd, std::string_view bytes);

// A new file with these bytes beneath `directory`; not yet synced (see sync_filesystem). The name
// must not exist: an existing one with the same bytes is success, with others a Fault. With Yes the
// torso that a crash left of the same bytes (shorter, or zero in places) is replaced through a
// temporary name; what is whole never is.
enum class ReplaceTorso { No, Yes };
Outcome write_new(int directory, const std::string& name, std::string_view bytes, unsigned mode,
                  ReplaceTorso replace);
// A second name for a file. An existing name that is the same file or has the same bytes is
// success; with other bytes: as above.
Outcome link_new(int from_directory, const std::string& from, int to_directory,
                 const std::string& to, ReplaceTorso replace);
Outcome sync(int fd);             // fsync of a file or directory
Outcome sync_filesystem(int fd);  // syncfs: one barrier for a whole group of files
// "errno text: what we were doing and to which path", with the remedy that this errno asks for.
Fault fault_of_errno(int error, const std::string& doing);

}  // namespace base
