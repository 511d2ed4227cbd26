// This program is its own worker: a pool under test starts it again with --test-worker KIND.
#include <gmock/gmock.h>

#include <string_view>

#include "unit/worker/subject.hpp"

int main(int argc, char** argv) {
    if (argc >= 3 && std::string_view{argv[1]} == "--test-worker")
        return subject::run_worker(argv[2], argc > 3 ? argv[3] : "");
    if (argc >= 2 && std::string_view{argv[1]} == "--test-parent") return subject::run_parent();
    testing::InitGoogleMock(&argc, argv);
    return RUN_ALL_TESTS();
}
