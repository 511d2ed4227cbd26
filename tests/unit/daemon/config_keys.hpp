// Every key of config/permitd.yaml: how it can be wrong and what is then told, and whether a reload
// takes it. A key that is new in config/permitd.yaml gets its row here.
// Threads: immutable. Throws: std::bad_alloc only.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "config_changes.hpp"

namespace tests {

struct Wrong {
    std::string value;
    std::string text;
    std::size_t further = 0;  // columns behind the value's first
};

enum class Form { Text, Duration, Size, Share, Number, Word };
enum class Needed { Yes, No };

struct Key {
    std::string path;  // without the mailbox's name
    Form form = Form::Text;
    Needed needed = Needed::No;
    permitd::Takes takes = permitd::Takes::Reload;
    std::vector<Wrong> wrong = {};
};

extern const std::vector<Key> keys;
extern const std::vector<std::string> sections;
// Keys that exclude another one of the good configuration.
extern const std::set<std::string> elsewhere;
// A good configuration with every key but these; what is told of one is told by its place in it.
extern const char* const good_configuration;
// What is wrong for every key of that form.
std::vector<Wrong> wrong_forms(Form form);

}  // namespace tests
