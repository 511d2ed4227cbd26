// line_floor UNTIL DOCUMENTS REQUESTS ADDRESS SCHEMAS WORK: the way of a declaration by bare calls
// of the libraries, on all cores. What the line of permitd is held against.
//
// Two threads read and validate documents, answers and pages of results; one commits what has come,
// at most 64 in a synced batch; one sends; one writes receipts, syncs a group and links it. UNTIL
// is accepted, submitted or approved: at which receipt of a declaration its way ends. Taken,
// acknowledged and each result are records of their own, with a receipt for each. It judges, maps,
// decides, hashes and recovers nothing; of originals it makes no copies.
#include <fcntl.h>
#include <rocksdb/db.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <future>
#include <stdexcept>
#include <thread>

#include "bench/floor_net.hpp"
#include "bench/floor_parser.hpp"

namespace {

namespace fs = std::filesystem;

constexpr std::size_t batch_max = 64, receipts_max = 512, parsers_count = 2;
constexpr std::size_t receipt_bytes = 1400;  // permitd's own have 1.1 to 1.7 kB

enum class Kind { Accepted, Submitted, Approved, Notice };
constexpr std::array kind_names{"accepted", "submitted", "approved", "notice"};

struct Setting {
    Kind until = Kind::Approved;
    fs::path documents, requests;
    std::string address, schemas;
    fs::path work;
};

struct Job {
    enum class Of { Document, Acknowledgement, Page };
    Of of = Of::Document;
    std::size_t number = 0;
    std::string answer = {};
};

// Something to be made durable, and told by a receipt of that kind.
struct Fact {
    Kind kind = Kind::Accepted;
    std::size_t number = 0;
    std::string bytes = {};
};

void check(bool well, const std::string& what) {
    if (!well) throw std::runtime_error{what};
}

std::vector<fs::path> files_in(const fs::path& folder) {
    std::vector<fs::path> files;
    for (const auto& each : fs::directory_iterator{folder}) files.push_back(each.path());
    std::ranges::sort(files);
    return files;
}

class LineFloor {
public:
    explicit LineFloor(Setting setting)
        : setting_(std::move(setting)), documents_(files_in(setting_.documents)),
          net_(
              setting_.address,
              [this](std::size_t number, std::string answer) {
                  jobs_.put_first({Job::Of::Acknowledgement, number, std::move(answer)});
              },
              [this](std::string page) {
                  jobs_.put_first({Job::Of::Page, 0, std::move(page)});
              }) {
        open_places();
        if (setting_.until != Kind::Accepted) read_requests();
    }
    ~LineFloor() {
        for (const int each : {archive_, inbox_}) ::close(each);
    }

    // Seconds from the first file to the last receipt.
    double run() {
        for (std::size_t i = 0; i < parsers_count; ++i)
            parsers_.push_back(
                std::make_unique<bench::FloorParser>(setting_.schemas, bench::Copies::None));
        const auto begin = std::chrono::steady_clock::now();
        for (std::size_t i = 0; i < documents_.size(); ++i) jobs_.put({Job::Of::Document, i, {}});
        std::vector<std::thread> threads;
        for (auto& each : parsers_) threads.emplace_back([&] { guarded([&] { parse(*each); }); });
        threads.emplace_back([&] { guarded([&] { commit(); }); });
        threads.emplace_back([&] { guarded([&] { deliver(); }); });
        threads.emplace_back([&] { guarded([&] { net_.run(); }); });
        if (setting_.until == Kind::Approved) net_.ask("");
        auto ended = done_.get_future();
        ended.wait();
        const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
        jobs_.close();
        facts_.close();
        receipts_.close();
        net_.stop();
        for (std::thread& each : threads) each.join();
        ended.get();
        return seconds.count();
    }

    std::size_t documents() const { return documents_.size(); }
    std::size_t receipts() const { return written_; }

private:
    void open_places() {
        for (const char* each : {"archive", "InBox"}) fs::create_directories(setting_.work / each);
        archive_ = ::open((setting_.work / "archive").c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        inbox_ = ::open((setting_.work / "InBox").c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        check(archive_ >= 0 && inbox_ >= 0, "the boxes cannot be opened");
        rocksdb::Options options;
        options.create_if_missing = true;
        rocksdb::DB* opened = nullptr;
        const auto status = rocksdb::DB::Open(options, setting_.work / "store", &opened);
        check(status.ok(), status.ToString());
        store_.reset(opened);
    }

    // Before the time is taken: permitd has no such files.
    void read_requests() {
        for (const fs::path& each : files_in(setting_.requests)) {
            const std::string text = bench::content_of(each);
            const std::size_t key = text.find('\n'), digest = text.find('\n', key + 1);
            posts_.push_back({posts_.size(), text.substr(0, key),
                              text.substr(key + 1, digest - key - 1), text.substr(digest + 1)});
        }
        check(posts_.size() == documents_.size(), "not as many requests as documents");
    }

    template <class Work>
    void guarded(const Work& work) {
        try {
            work();
        } catch (...) {
            finish(std::current_exception());
        }
    }
    void finish(const std::exception_ptr& error) {
        if (finished_.exchange(true)) return;
        if (error)
            done_.set_exception(error);
        else
            done_.set_value();
    }

    void parse(bench::FloorParser& parser) {
        for (auto jobs = jobs_.take(1); !jobs.empty(); jobs = jobs_.take(1)) {
            Job& job = jobs.front();
            if (job.of == Job::Of::Document) job.answer = bench::content_of(documents_[job.number]);
            parser.parse(job.answer);
            switch (job.of) {
                case Job::Of::Document:
                    facts_.put({Kind::Accepted, job.number, std::move(job.answer)});
                    break;
                case Job::Of::Acknowledgement:
                    facts_.put({Kind::Submitted, job.number, std::move(job.answer)});
                    break;
                case Job::Of::Page: take(parser.page()); break;
            }
        }
    }

    void take(const bench::Page& page) {
        for (const auto each : page.results)
            facts_.put({each == bench::Page::Says::Review ? Kind::Approved : Kind::Notice,
                        results_++, std::string(256, 'r')});
        net_.ask(page.cursor);
    }

    void commit() {
        rocksdb::WriteOptions options;
        options.sync = true;
        for (auto facts = facts_.take(batch_max); !facts.empty(); facts = facts_.take(batch_max)) {
            rocksdb::WriteBatch batch;
            for (const Fact& each : facts) batch.Put(name_of(each), each.bytes);
            const auto status = store_->Write(options, &batch);
            check(status.ok(), status.ToString());
            for (Fact& each : facts) {
                if (each.kind == Kind::Accepted && setting_.until != Kind::Accepted)
                    net_.post(posts_[each.number]);
                each.bytes.clear();
                receipts_.put(std::move(each));
            }
        }
    }

    static std::string name_of(const Fact& fact) {
        return std::to_string(fact.number) + '_' + kind_names[static_cast<std::size_t>(fact.kind)] +
               ".xml";
    }

    void deliver() {
        const std::string bytes(receipt_bytes, 'r');
        for (auto group = receipts_.take(receipts_max); !group.empty();
             group = receipts_.take(receipts_max)) {
            for (const Fact& each : group) write(name_of(each), bytes);
            check(::syncfs(archive_) == 0, "syncfs failed");
            for (const Fact& each : group) {
                const std::string name = name_of(each);
                check(::linkat(archive_, name.c_str(), inbox_, name.c_str(), 0) == 0,
                      "linking failed");
            }
            check(::fsync(inbox_) == 0, "fsync failed");
            written_ += group.size();
            told_ +=
                static_cast<std::size_t>(std::ranges::count(group, setting_.until, &Fact::kind));
            if (told_ == documents_.size()) finish(nullptr);
        }
    }

    void write(const std::string& name, const std::string& bytes) const {
        const int file =
            ::openat(archive_, name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0440);
        check(file >= 0, name + " cannot be made");
        const auto count = ::write(file, bytes.data(), bytes.size());
        ::close(file);
        check(count == static_cast<ssize_t>(bytes.size()), name + " cannot be written");
    }

    const Setting setting_;
    const std::vector<fs::path> documents_;
    std::vector<bench::Post> posts_;
    std::vector<std::unique_ptr<bench::FloorParser>> parsers_;
    std::unique_ptr<rocksdb::DB> store_;
    int archive_ = -1, inbox_ = -1;
    bench::Queue<Job> jobs_;
    bench::Queue<Fact> facts_, receipts_;
    bench::FloorNet net_;
    std::atomic<std::size_t> results_ = 0;
    std::size_t written_ = 0, told_ = 0;  // the deliver thread's
    std::atomic<bool> finished_ = false;
    std::promise<void> done_;
};

Setting setting_of(char** words) {
    const auto until = std::ranges::find(kind_names, std::string_view{words[1]});
    check(until != kind_names.end(), "UNTIL is accepted, submitted or approved");
    return {static_cast<Kind>(until - kind_names.begin()),
            words[2],
            words[3],
            words[4],
            words[5],
            words[6]};
}

}  // namespace

int main(int count, char** words) {
    if (count != 7) {
        std::fputs("line_floor UNTIL DOCUMENTS REQUESTS ADDRESS SCHEMAS WORK\n", stderr);
        return 64;
    }
    try {
        LineFloor floor{setting_of(words)};
        const double seconds = floor.run();
        std::printf("{\"documents\": %zu, \"seconds\": %.6f, \"receipts\": %zu}\n",
                    floor.documents(), seconds, floor.receipts());
        return 0;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "line_floor: %s\n", error.what());
        return 1;
    }
}
