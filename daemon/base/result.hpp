// Result: a value, or the fault that kept us from it.
//
// A fault is about the world (a disk, a network, a configuration) and carries its remedy. What is
// wrong with a document is never a fault but a Finding, which is a value. A bug aborts.
// Threads: a value type. Throws: nothing of its own.
#pragma once

#include <string>
#include <utility>
#include <variant>

namespace base {

enum class Remedy {
    RetryLater,   // the world may be well again by itself
    AskOperator,  // somebody must mend something; waiting alone does not help
    Stop,         // going on could break a promise: leave, and let the next start recover
};

struct Fault {
    Remedy remedy = Remedy::AskOperator;
    std::string text;  // English, one line, names the thing and what to do about it
};

template <class T = std::monostate>
class [[nodiscard]] Result {
public:
    Result(T value) : held_(std::in_place_index<0>, std::move(value)) {}
    Result(Fault fault) : held_(std::in_place_index<1>, std::move(fault)) {}

    explicit operator bool() const { return held_.index() == 0; }
    // REQUIRES: *this holds a value.
    T& operator*() & { return std::get<0>(held_); }
    const T& operator*() const& { return std::get<0>(held_); }
    T&& operator*() && { return std::get<0>(std::move(held_)); }
    T* operator->() { return &std::get<0>(held_); }
    const T* operator->() const { return &std::get<0>(held_); }
    // REQUIRES: *this holds no value.
    const Fault& fault() const { return std::get<1>(held_); }

private:
    std::variant<T, Fault> held_;
};

// What a function returns that has nothing to say but whether it worked: `return base::done;`
using Outcome = Result<std::monostate>;
inline constexpr std::monostate done{};

}  // namespace base
