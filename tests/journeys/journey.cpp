#include "journeys/journey.hpp"

#include <algorithm>
#include <filesystem>

#include "journeys/sample.hpp"

namespace journeys {

namespace {

namespace fs = std::filesystem;

const fs::path home = fs::path{PERMITD_SOURCE} / "tests" / "journeys";

// What an application goes through when the ministry approves everything and clears nothing.
const Texts usual{"accepted", "submitted", "approved", "customs-transfer", "customs-transfer"};

Texts texts(const yaml::Node& node) {
    Texts out;
    for (const yaml::Node& each : node.items()) out.push_back(each.text());
    return out;
}

std::map<std::string, std::string> table(const yaml::Node& node) {
    std::map<std::string, std::string> out;
    for (const std::string& key : node.keys()) out[key] = node[key].text();
    return out;
}

std::vector<Place> places(const yaml::Node& node) {
    std::vector<Place> out;
    for (const yaml::Node& each : node.items())
        out.push_back({each.required("code").text(), each["path"].text(), each["line"].text(),
                       each["column"].text(), each["value"].text()});
    return out;
}

Expected expected_of(const yaml::Node& node) {
    Expected out;
    if (node.is_list()) {
        out.receipts = texts(node);
    } else {
        out.receipts = texts(node.required("receipts"));
        out.problems = texts(node["problems"]);
        out.warnings = texts(node["warnings"]);
        out.places = places(node["at"]);
        out.attempts = node["attempts"].text();
        const yaml::Node says = node["says"];
        for (const std::string& kind : says.keys())
            if (says[kind].is_list())
                for (const std::string& text : texts(says[kind])) out.says.emplace_back(kind, text);
            else
                out.says.emplace_back(kind, says[kind].text());
    }
    const bool bad = std::count(out.receipts.begin(), out.receipts.end(), "rejected") > 0;
    if (bad && out.problems.empty()) node.complain("a rejected one has problems");
    return out;
}

Line line_of(const yaml::Node& node) {
    const std::pair<const char*, Line> names[] = {{"up", Line::Up},
                                                  {"down", Line::Down},
                                                  {"loses-requests", Line::LosesRequests},
                                                  {"loses-answers", Line::LosesAnswers},
                                                  {"not-let-in", Line::NotLetIn}};
    const std::string text = node.text();
    for (const auto& [name, line] : names)
        if (text == name) return line;
    node.complain("no such line");
    return Line::Up;
}

Way way_of(const yaml::Node& node) {
    const std::string text = node.text("renamed");
    if (text == "renamed") return Way::Renamed;
    if (text == "written") return Way::Written;
    if (text == "appended") return Way::Appended;
    node.complain("a way is renamed, written or appended");
    return Way::Renamed;
}

Drop drop_of(const yaml::Node& node, const std::string& folder) {
    Drop drop;
    drop.mailbox = node["mailbox"].text("acme");
    drop.as = node.required("as").text();
    drop.way = way_of(node["way"]);
    drop.bytes = sample_of(node, folder);
    if (const yaml::Node zip = node["zip"]) drop.bytes = zipped(zip, drop.as, drop.bytes);
    return drop;
}

Step::What state_step_of(const yaml::Node& node) {
    const std::string text = node.text();
    if (text == "backed-up") return Step::What::BackUp;
    if (text == "put-back") return Step::What::PutBack;
    if (text != "lost") node.complain("a state is backed-up, put-back or lost");
    return Step::What::Lose;
}

Step step_of(const yaml::Node& node, const std::string& folder) {
    Step step;
    step.where = node.where();
    if (const yaml::Node drop = node["drop"]) {
        step.what = Step::What::Drop;
        step.drop = drop_of(drop, folder);
    } else if (const yaml::Node run = node["run"]) {
        step.time = run.duration({});
    } else if (const yaml::Node jump = node["jump"]) {
        step.what = Step::What::Jump;
        step.time = jump.duration({});
    } else if (const yaml::Node line = node["line"]) {
        step.what = Step::What::Line;
        step.line = line_of(line);
    } else if (const yaml::Node say = node["say"]) {
        step.what = Step::What::Say;
        step.text = say.text();
    } else if (const yaml::Node daemon = node["daemon"]) {
        const std::string text = daemon.text();
        if (text != "stops" && text != "starts") daemon.complain("a daemon stops or starts");
        step.what = text == "stops" ? Step::What::Stop : Step::What::Start;
    } else if (const yaml::Node an_operator = node["operator"]) {
        step.what = Step::What::Operate;
        const auto verb = route::verb_of(an_operator["does"].text());
        if (!verb)
            an_operator.complain("does: flush, hold, release, requeue, give-up, pause, resume");
        step.verb = verb.value_or(route::Verb::Flush);
        step.text = an_operator["what"].text();
        step.in_doubt = an_operator["in_doubt"].text() == "yes";
    } else if (const yaml::Node state = node["state"]) {
        step.what = state_step_of(state);
    } else {
        node.complain("a step is drop, run, jump, line, say, daemon, operator or state");
    }
    return step;
}

// A table of applications that differ in little: each is dropped, and all are run together.
void read_cases(const yaml::Node& node, const std::string& folder, Journey& journey) {
    for (const yaml::Node& each : node.items()) {
        const std::string id = each.required("message_id").text();
        Step step;
        step.what = Step::What::Drop;
        step.where = each.where();
        step.drop.as = id + ".xml";
        step.drop.bytes = sample_of(each, folder);
        if (!each["reference"]) put_between(step.drop.bytes, "ApplicationRef", "PO-" + id);
        journey.steps.push_back(std::move(step));
        Expected expected;
        expected.problems = texts(each["problems"]);
        expected.warnings = texts(each["warnings"]);
        expected.places = places(each["at"]);
        const yaml::Node receipts = each["receipts"];
        expected.receipts = receipts                    ? texts(receipts)
                            : expected.problems.empty() ? usual
                                                        : Texts{"rejected"};
        journey.expected.messages[id] = std::move(expected);
    }
    if (!node) return;
    Step run;
    run.time = std::chrono::seconds{90};
    journey.steps.push_back(run);
}

void read_expectations(const yaml::Node& node, Expectations& expected) {
    const yaml::Node messages = node["messages"];
    for (const std::string& id : messages.keys()) expected.messages[id] = expected_of(messages[id]);
    const yaml::Node files = node["files"];
    for (const std::string& name : files.keys()) expected.files[name] = expected_of(files[name]);
    expected.notices = texts(node["notices"]);
    expected.applications = table(node["applications"]);
    expected.licences = table(node["licences"]);
    expected.registrations = table(node["registrations"]);
    expected.states = table(node["states"]);
    expected.waiting = texts(node["waiting"]);
    expected.forgotten = texts(node["forgotten"]);
    expected.outbox = texts(node["outbox"]);
    expected.unclaimed = node["unclaimed"].number(0, 0, 1000);
    const yaml::Node ministry = node.required("ministry");
    ministry.required("declared");
    for (const std::string& name : ministry.keys())
        expected.ministry[name] = ministry[name].number(0, 0, 1'000'000);
}

void read_proofs(const yaml::Node& node, Journey& journey) {
    for (const std::string& mailbox : node.keys()) {
        const std::string text = node[mailbox].text();
        if (text != "marker" && text != "digest") node.complain("a marker or a digest");
        journey.proofs[mailbox] = text == "marker" ? intake::Proof::Marker : intake::Proof::Digest;
    }
}

std::string scenario_of(const yaml::Node& node) {
    const std::string text = node.text();
    if (text.find('\n') != std::string::npos || text.empty()) return text;
    const auto found = bytes_of(home / "scenarios" / text);
    if (!found) node.complain("there is no such scenario");
    return found.value_or("");
}

}  // namespace

Texts journey_names() {
    Texts names;
    for (const auto& each : fs::directory_iterator(home))
        if (fs::exists(each.path() / "journey.yaml")) names.push_back(each.path().filename());
    std::sort(names.begin(), names.end());
    return names;
}

Journey read_journey(const std::string& name, Texts& complaints) {
    Journey journey;
    journey.name = name;
    const std::string folder = home / name;
    auto document = yaml::Document::read(folder + "/journey.yaml");
    if (!document) {
        complaints.push_back(document.fault().text);
        return journey;
    }
    const yaml::Node root = document->root();
    for (const char* key : {"about", "holds"})
        if (root.required(key).text().empty()) root.complain(std::string{key} + " is empty");
    journey.scenario = scenario_of(root["scenario"]);
    journey.start = root["start"].text(journey.start);
    journey.faults = root["faults"].text();
    if (const yaml::Node mailboxes = root["mailboxes"]) {
        journey.mailboxes.clear();
        for (const std::string& each : mailboxes.keys())
            journey.mailboxes[each] = texts(mailboxes[each]);
    }
    journey.dialects = table(root["dialects"]);
    read_proofs(root["completeness"], journey);
    for (const yaml::Node& each : root["steps"].items()) {
        journey.steps.push_back(step_of(each, folder));
        journey.keeps_on_disk |= static_cast<bool>(each["state"]);
    }
    read_cases(root["cases"], folder, journey);
    read_expectations(root.required("expect"), journey.expected);
    complaints = document->complaints();
    return journey;
}

}  // namespace journeys
