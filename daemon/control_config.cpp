#include "control_config.hpp"

#include <boost/json/array.hpp>
#include <sstream>

#include "config_changes.hpp"
#include "control_words.hpp"

namespace permitd {

namespace {

namespace json = boost::json;

json::array lines_of(const std::string& text) {
    json::array lines;
    std::istringstream in{text};
    for (std::string line; std::getline(in, line);) lines.push_back(json::string{line});
    return lines;
}

}  // namespace

http::Response config_of(const Daemon& daemon) {
    const Config running = daemon.config();
    json::array settings, changes;
    for (const Setting& each : running.settings)
        settings.push_back({{"key", each.key}, {"value", each.value}, {"where", each.where}});
    json::object out{{"file", running.file}, {"settings", std::move(settings)}};
    const auto fresh = load_config(running.file);
    if (!fresh) {
        out["errors"] = lines_of(fresh.fault().text);
        return json_answer(200, out);
    }
    for (const SettingChange& each : changes_of(running, *fresh))
        changes.push_back({{"key", each.key},
                           {"running", each.running},
                           {"file", each.fresh},
                           {"where", each.where},
                           {"takes", code_of(each.takes)}});
    out["changes"] = std::move(changes);
    return json_answer(200, out);
}

http::Response reload_answer(const Daemon& daemon, const route::InstructionDone& done) {
    if (done.ruled == route::Ruled::Done) {
        json::object out{{"action", done.action}};
        add_reloads(out, daemon);
        return json_answer(200, out);
    }
    return json_answer(done.ruled == route::Ruled::Busy ? 503 : 422,
                       {{"error", "the reload was refused; everything goes on as it was"},
                        {"errors", lines_of(done.text)}});
}

void add_reloads(json::object& status, const Daemon& daemon) {
    const Reloads reloads = daemon.reloads();
    status["reloads"] = reloads.made;
    status["reloads_refused"] = reloads.refused;
    if (reloads.reloaded_at) status["reloaded_at"] = base::iso(*reloads.reloaded_at);
    if (reloads.error.empty()) return;
    status["reload_refused_at"] = base::iso(*reloads.refused_at);
    status["reload_error"] = reloads.error;
}

}  // namespace permitd
