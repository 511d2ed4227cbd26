// This program is its own courier: Couriers under test start it again with --courier.
#include <gmock/gmock.h>

#include <string_view>

#include "unit/daemon/fake_courier.hpp"

int main(int argc, char** argv) {
    if (argc == 2 && std::string_view{argv[1]} == "--courier") return tests::run_fake_courier();
    testing::InitGoogleMock(&argc, argv);
    return RUN_ALL_TESTS();
}
