// A reload: everything that the configuration names is read and tried first, beside the running
// line; then the line stands for a moment, and everything is exchanged at once.
//
//   prepare    configuration, rules, certificates, new workers, boxes of added mailboxes
//   stand      the intake hands nothing more on; what it handed on is committed; commit and
//              deliver end their turns
//   exchange   what each of them works with
//   go on      the old workers end once they have done what the gateway's answers gave them
//
// What is refused in the first two leaves all as it was, but for boxes that were made.
#include "reload.hpp"

#include <sys/eventfd.h>

#include <algorithm>

#include "config_changes.hpp"
#include "daemon.hpp"
#include "events.hpp"
#include "notify.hpp"

namespace permitd {

namespace {

// A document may cost its worker ten seconds, twice, and the commits may wait for room.
constexpr std::chrono::seconds stand_within{30};
constexpr std::chrono::seconds looked_at_every{1};

std::string on_one_line(std::string lines) {
    for (std::size_t at = 0; (at = lines.find('\n', at)) != std::string::npos; at += 2)
        lines.replace(at, 1, "; ");
    return lines;
}

base::Fault no_stand() {
    return {base::Remedy::RetryLater,
            "what is under way was not finished within 30 s, so nothing was exchanged: see "
            "permitctl status for what holds it, then reload again"};
}

}  // namespace

struct Daemon::Fresh {
    Config config;
    std::shared_ptr<const Rules> rules;
    std::unique_ptr<worker::Pool> pool;
    mailbox::Mailboxes added;
};

mailbox::Terms terms_of(const MailboxConfig& mailbox) {
    return {mailbox.group, intake::ending_of(mailbox.completeness), mailbox.receipts == Wanted::All,
            mailbox.sftp ? mailbox::Place::Remote : mailbox::Place::Here};
}

std::map<std::string, std::vector<std::string>> senders_of(const Config& config) {
    std::map<std::string, std::vector<std::string>> senders;
    for (const MailboxConfig& each : config.mailboxes) senders[each.name] = each.senders;
    return senders;
}

std::set<std::string> mailbox_names(const Config& config) {
    std::set<std::string> names;
    for (const MailboxConfig& each : config.mailboxes) names.insert(each.name);
    return names;
}

void fit(Config& config, const Rules& rules) {
    for (const MailboxConfig& each : config.mailboxes) {
        config.intake.proofs[each.name] = each.completeness;
        if (!each.dialect.empty())
            config.intake.batch_roots[each.name] =
                mapping::batch_roots_of(*rules.dialects().find(each.dialect));
    }
    config.workers.command = rules.worker_command("--worker", config);
}

Config Daemon::config() const {
    const std::lock_guard lock{config_mutex_};
    return config_;
}

std::shared_ptr<const Rules> Daemon::rules() const {
    const std::lock_guard lock{config_mutex_};
    return rules_;
}

Reloads Daemon::reloads() const {
    const std::lock_guard lock{reloads_mutex_};
    return reloads_;
}

void Daemon::reload_for(route::Instruction by) {
    pulse_.beat(Pulse::Thread::Reload);
    const base::Outcome outcome = reload();
    pulse_.rest(Pulse::Thread::Reload);
    if (outcome) return inbox_.put_instruction(std::move(by));
    route::InstructionDone refused;
    refused.ticket = by.ticket;
    refused.command = code_of(by.verb);
    refused.ruled = outcome.fault().remedy == base::Remedy::RetryLater ? route::Ruled::Busy
                                                                       : route::Ruled::Refused;
    refused.text = outcome.fault().text;
    instructions_.done({refused});
}

base::Outcome Daemon::reload() {
    if (intake_stops_) return base::Fault{base::Remedy::RetryLater, "permitd is stopping"};
    notify("RELOADING=1");
    const base::Outcome outcome = exchange();
    {
        const std::lock_guard lock{reloads_mutex_};
        ++(outcome ? reloads_.made : reloads_.refused);
        (outcome ? reloads_.reloaded_at : reloads_.refused_at) = clock_.now();
        reloads_.error = outcome ? "" : outcome.fault().text;
    }
    meters_->reloaded(outcome ? Reloaded::Taken : Reloaded::Refused);
    if (outcome)
        base::log(event::reloaded, {});
    else
        base::log(event::reload_refused, {{"error", on_one_line(outcome.fault().text)}});
    if (!intake_stops_) notify("READY=1");
    return outcome;
}

base::Result<Daemon::Fresh> Daemon::prepare() {
    auto config = load_config(config_.file);
    if (!config) return config.fault();
    Fresh fresh{std::move(*config), {}, {}, {}};
    std::string errors = restart_wanted(changes_of(config_, fresh.config), config_.file);
    if (auto readable = transfer::check_readable(fresh.config.ministry.tls); !readable)
        add_lines(readable.fault().text, errors);
    auto rules = Rules::load(fresh.config, ++rules_number_);
    if (!rules) {
        add_lines(rules.fault().text, errors);
        return base::Fault{rules.fault().remedy, errors};
    }
    fresh.rules = std::move(*rules);
    put_to_work(fresh.config, *fresh.rules);
    auto pool = worker::Pool::start(fresh.config.workers);
    if (!pool) add_lines(fresh.rules->by_their_names(pool.fault().text), errors);
    if (!errors.empty()) return base::Fault{base::Remedy::AskOperator, errors};
    fresh.pool = std::move(*pool);
    if (auto opened = open_added(fresh); !opened) return opened.fault();
    return fresh;
}

base::Outcome Daemon::open_added(Fresh& fresh) {
    for (const MailboxConfig& each : fresh.config.mailboxes) {
        if (std::ranges::find(mailboxes_, each.name, &mailbox::Mailbox::name) != mailboxes_.end())
            continue;
        // Or its boxes would be made where a disk is not mounted.
        if (!standing_->stands())
            return base::Fault{base::Remedy::RetryLater,
                               "the spool or the archive does not stand at its path, so mailbox " +
                                   each.name + " cannot be added now"};
        auto box = mailbox::Mailbox::open(fresh.config.spool, each.name, terms_of(each));
        if (!box) return box.fault();
        fresh.added.push_back(std::move(*box));
    }
    return base::done;
}

base::Outcome Daemon::exchange() {
    auto fresh = prepare();
    if (!fresh) return fresh.fault();
    {
        const auto until = std::chrono::steady_clock::now() + stand_within;
        const Edge::Hold intake{intake_edge_, until};
        // No file may be judged by other rules than those that it was examined by.
        if (!intake.is_held() ||
            !inbox_.await_all_chunks(until, [this] { return intake_stops_.load(); }))
            return no_stand();
        const Edge::Hold commit{commit_edge_, until};
        const Edge::Hold deliver{deliver_edge_, until};
        if (!commit.is_held() || !deliver.is_held()) return no_stand();
        take_over(*fresh);
    }
    [[maybe_unused]] const int written = ::eventfd_write(intake_wakes_.number(), 1);
    inbox_.wake();
    retire(*fresh->pool);
    return base::done;
}

// Nobody looks meanwhile.
void Daemon::take_over(Fresh& fresh) {
    take_over(fresh.config, fresh.added);
    {
        const std::scoped_lock all{pool_mutex_, config_mutex_};
        config_ = std::move(fresh.config);
        rules_.swap(fresh.rules);
        pool_.swap(fresh.pool);
        restarts_before_ += fresh.pool->restarts();
    }
    meters_->know(mailbox_names(config_));
    route_->use({rules_->mapper(), rules_->lists(), rules_->catalogue(), senders_of(config_),
                 config_.patience});
    gateway_->use(config_.ministry);
    const std::set<std::string> begun = intake_->use(config_.intake, mailboxes_);
    remember_taken([&](const std::string& mailbox) { return begun.contains(mailbox); });
    batches_->use(means_of_batches());
    couriers_->use(config_);
}

// Answers of the gateway may still be with the workers of before.
void Daemon::retire(worker::Pool& pool) {
    const unsigned counted = pool.restarts();
    for (bool is_over = false; !is_over && !all_stops_;)
        is_over = pool.finish(std::chrono::steady_clock::now() + looked_at_every);
    const std::lock_guard lock{pool_mutex_};
    restarts_before_ += pool.restarts() - counted;
}

void Daemon::take_over(const Config& config, mailbox::Mailboxes& added) {
    for (auto each = mailboxes_.begin(); each != mailboxes_.end();) {
        const auto box = each++;
        const auto configured =
            std::ranges::find(config.mailboxes, box->name(), &MailboxConfig::name);
        if (configured == config.mailboxes.end())
            departed_.splice(departed_.end(), mailboxes_, box);
        else
            box->agree(terms_of(*configured));
    }
    for (auto each = departed_.begin(); each != departed_.end();) {
        const auto box = each++;
        if (std::ranges::find(added, box->name(), &mailbox::Mailbox::name) != added.end())
            gone_.splice(gone_.end(), departed_, box);
    }
    mailboxes_.splice(mailboxes_.end(), added);
}

}  // namespace permitd
