#include "program.hpp"

int main(int argc, char** argv) {
    return permitd::run(argc, argv, [](worker::Work work) { return work; });
}
