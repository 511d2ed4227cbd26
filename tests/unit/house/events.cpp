#include "unit/house/events.hpp"

#include <algorithm>

#include "base/journal.hpp"

namespace house {

namespace {

constexpr std::string_view begin_mark = "<!-- events -->\n", end_mark = "<!-- end of events -->";

bool is(const Token& token, std::string_view text) {
    return token.kind != Kind::String && token.text == text;
}

// Where the braces of `Event name{"…` open; the tokens' size when none open from `from` on.
std::size_t next_event(const std::vector<Token>& tokens, std::size_t from) {
    for (std::size_t i = from; i + 3 < tokens.size(); ++i) {
        if (!is(tokens[i], "Event")) continue;
        std::size_t open = i + 1;
        if (tokens[open].kind == Kind::Word) ++open;
        if (is(tokens[open], "=")) ++open;
        if (is(tokens[open], "{") && tokens[open + 1].kind == Kind::String) return open;
    }
    return tokens.size();
}

// The fields of a braced list: adjacent strings joined, of Level::Info the last word.
std::vector<std::string> fields_from(const std::vector<Token>& tokens, std::size_t open) {
    std::vector<std::string> fields{""};
    bool text = false;
    for (std::size_t i = open + 1; i < tokens.size() && !is(tokens[i], "}"); ++i) {
        if (is(tokens[i], ",")) {
            fields.emplace_back();
            text = false;
        } else if (tokens[i].kind == Kind::String) {
            fields.back() = text ? fields.back() + tokens[i].text : tokens[i].text;
            text = true;
        } else if (tokens[i].kind == Kind::Word) {
            fields.back() = tokens[i].text;
        }
    }
    if (fields.back().empty() && fields.size() == 5) fields.pop_back();  // a comma at the end
    fields.resize(4);
    return fields;
}

std::string lower(std::string text) {
    for (char& c : text)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return text;
}

std::string unescaped(std::string text) {
    for (std::size_t at = 0; (at = text.find('\\', at)) != std::string::npos; ++at)
        text.erase(at, 1);
    return text;
}

bool is_event_name(std::string_view name) {
    const auto fits = [](char c) { return (c >= 'a' && c <= 'z') || c == '-'; };
    return !name.empty() && name.front() != '-' && name.back() != '-' &&
           std::ranges::all_of(name, fits);
}

bool is_sentence(std::string_view text) {
    return text.ends_with('.') && text.find('|') == std::string_view::npos;
}

}  // namespace

std::vector<LogEvent> events_of(const std::vector<Source>& tree) {
    std::vector<LogEvent> events;
    for (const Source& source : tree) {
        if (!source.path.starts_with("daemon/")) continue;
        const auto& tokens = source.tokens;
        for (std::size_t i = next_event(tokens, 0); i < tokens.size(); i = next_event(tokens, i)) {
            const auto fields = fields_from(tokens, i);
            events.push_back({fields[0], lower(fields[1]), unescaped(fields[2]),
                              unescaped(fields[3]), source.at(tokens[i].line)});
        }
    }
    std::ranges::stable_sort(events, {}, &LogEvent::name);
    return events;
}

Sentences odd_events(const std::vector<Source>& tree) {
    Sentences sentences;
    const auto say = [&](const LogEvent& event, const std::string& what) {
        sentences.push_back("event \"" + event.name + "\" " + what + ": " + event.at);
    };
    const auto events = events_of(tree);
    for (std::size_t i = 0; i < events.size(); ++i) {
        if (i > 0 && events[i - 1].name == events[i].name) say(events[i], "exists already");
        if (!is_event_name(events[i].name))
            say(events[i], "is not of lower-case words and hyphens");
        if (!is_sentence(events[i].meaning)) say(events[i], "says no sentence of what it means");
        if (!events[i].remedy.empty() && !is_sentence(events[i].remedy))
            say(events[i], "says no sentence of what to do");
        if (events[i].at.find("/events.hpp:") == std::string::npos)
            say(events[i], "belongs in an events.hpp, where the closed list is");
    }
    return sentences;
}

std::string table_of(const std::vector<LogEvent>& events) {
    std::string table = "| event | level | what it means | what to do |\n|---|---|---|---|\n";
    for (const LogEvent& event : events)
        table += "| `" + event.name + "` | " + event.level + " | " + event.meaning + " | " +
                 (event.remedy.empty() ? "Nothing." : event.remedy) + " |\n";
    return table;
}

std::string catalogue_of(const std::vector<LogEvent>& events) {
    std::string text = "# What permitd logs, for journalctl -x. ./dev events writes it.\n";
    for (const LogEvent& event : events) {
        const base::Event known{event.name.c_str(), base::Level::Info, "", ""};
        text += "\n-- " + base::journal::message_id_of(known) +
                "\nSubject: permitd: " + event.name +
                "\nDefined-By: permitd\nSupport: man:permitd(8)\n\n" + event.meaning + '\n';
        if (!event.remedy.empty()) text += "\nWhat to do: " + event.remedy + '\n';
    }
    return text;
}

std::string table_in(std::string_view manual) {
    const auto begin = manual.find(begin_mark);
    const auto end = manual.find(end_mark);
    if (begin == std::string_view::npos || end == std::string_view::npos || end < begin) return {};
    return std::string{manual.substr(begin + begin_mark.size(), end - begin - begin_mark.size())};
}

std::string with_table(std::string_view manual, std::string_view table) {
    const auto begin = manual.find(begin_mark), end = manual.find(end_mark);
    if (begin == std::string_view::npos || end == std::string_view::npos)
        return std::string{manual};
    return std::string{manual.substr(0, begin + begin_mark.size())} + std::string{table} +
           std::string{manual.substr(end)};
}

}  // namespace house
