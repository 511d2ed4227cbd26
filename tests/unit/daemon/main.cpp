// This program is its own courier and its own workers: what is under test starts it again.
#include <gmock/gmock.h>

#include <string_view>

#include "program.hpp"
#include "unit/daemon/fake_courier.hpp"

int main(int argc, char** argv) {
    const std::string_view first = argc > 1 ? argv[1] : "";
    if (first == "--courier") return tests::run_fake_courier();
    if (first == "--worker" || first == "--batch-worker")
        return permitd::run(argc, argv, [](worker::Work work) { return work; });
    testing::InitGoogleMock(&argc, argv);
    return RUN_ALL_TESTS();
}
