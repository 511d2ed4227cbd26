// ResultsPace: when the ministry is asked for results again after a page that could be read.
//
// News is followed by the next question at once, and so is a page that took its time: a long poll
// has waited already. A page at once without anything new is one of a gateway that knows no long
// poll, or whose cursor goes round in a circle: then the questions go out a second apart, two,
// four, at most `gap_longest`. Pages of what is known already, each with a cursor that was not
// there before, are a way through old results: they go on, a page a second.
// Threads: a value type. Throws: std::bad_alloc only.
#pragma once

#include <chrono>
#include <deque>
#include <string>

namespace route {

class ResultsPace {
public:
    static constexpr std::chrono::seconds gap_first{1};
    static constexpr std::chrono::seconds gap_longest{20};

    enum class Brought { Nothing, Repeats, News };
    struct Page {
        std::string asked_with;  // the cursor of the question
        std::string cursor;      // the one to ask with next
        Brought brought = Brought::Nothing;
        std::chrono::microseconds took{0};  // from the question to the page
    };
    enum class Cursor {
        Stayed,
        WentOn,
        WentBack,     // to one that was left before
        IsBackStill,  // and that was told already
    };
    struct Next {
        std::chrono::microseconds wait;
        Cursor cursor;
    };
    Next after(const Page& page);

private:
    Cursor moved(const Page& page);

    std::deque<std::string> left_;  // cursors that another one followed, the newest last
    bool went_back_ = false;
    std::chrono::microseconds gap_ = gap_first;
};

}  // namespace route
