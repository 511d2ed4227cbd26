#include "bench/floor_net.hpp"

#include <stdexcept>
#include <utility>

namespace bench {

namespace {

constexpr std::size_t in_flight_max = 32;  // permitd's default
constexpr long accepted = 202, found = 200;
constexpr int turn_ms = 100;

std::size_t collect(char* bytes, std::size_t one, std::size_t count, void* into) {
    static_cast<std::string*>(into)->append(bytes, one * count);
    return one * count;
}

}  // namespace

struct FloorNet::Exchange {
    Exchange() : easy(curl_easy_init()) {
        curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &collect);
        curl_easy_setopt(easy, CURLOPT_WRITEDATA, &answer);
        curl_easy_setopt(easy, CURLOPT_PRIVATE, this);
        curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    }
    ~Exchange() {
        curl_slist_free_all(headers);
        curl_easy_cleanup(easy);
    }
    CURL* const easy;
    curl_slist* headers = nullptr;
    const Post* post = nullptr;  // null: of results
    std::string answer;
};

FloorNet::FloorNet(std::string address, Acknowledged acknowledged, Told told)
    : address_("http://" + std::move(address) + "/mep/v1"), acknowledged_(std::move(acknowledged)),
      told_(std::move(told)), multi_(curl_multi_init()), poll_(std::make_unique<Exchange>()) {
    curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, static_cast<long>(in_flight_max + 1));
    for (std::size_t i = 0; i < in_flight_max; ++i) {
        exchanges_.push_back(std::make_unique<Exchange>());
        curl_easy_setopt(exchanges_.back()->easy, CURLOPT_URL, (address_ + "/messages").c_str());
        idle_.push_back(exchanges_.back().get());
    }
}

FloorNet::~FloorNet() {
    for (auto& each : exchanges_) curl_multi_remove_handle(multi_, each->easy);
    curl_multi_remove_handle(multi_, poll_->easy);
    curl_multi_cleanup(multi_);
}

void FloorNet::post(const Post& post) {
    posts_.put(&post);
    curl_multi_wakeup(multi_);
}

void FloorNet::ask(std::string cursor) {
    cursors_.put(std::move(cursor));
    curl_multi_wakeup(multi_);
}

void FloorNet::stop() {
    stops_ = true;
    curl_multi_wakeup(multi_);
}

void FloorNet::begin() {
    for (const Post* each : posts_.take_now(idle_.size())) {
        Exchange& exchange = *idle_.back();
        idle_.pop_back();
        exchange.post = each;
        curl_slist_free_all(exchange.headers);
        exchange.headers = nullptr;
        for (const std::string& line :
             {"Idempotency-Key: \"" + each->key + '"',
              "Content-Digest: sha-256=:" + each->digest + ':',
              std::string{"Content-Type: application/xml; charset=utf-8"}, std::string{"Expect:"}})
            exchange.headers = curl_slist_append(exchange.headers, line.c_str());
        curl_easy_setopt(exchange.easy, CURLOPT_HTTPHEADER, exchange.headers);
        curl_easy_setopt(exchange.easy, CURLOPT_POSTFIELDS, each->body.data());
        curl_easy_setopt(exchange.easy, CURLOPT_POSTFIELDSIZE,
                         static_cast<long>(each->body.size()));
        curl_multi_add_handle(multi_, exchange.easy);
    }
    for (const std::string& cursor : cursors_.take_now(1)) {
        const std::string url = address_ + "/results?after=" + cursor + "&limit=500&wait=20";
        curl_easy_setopt(poll_->easy, CURLOPT_URL, url.c_str());
        curl_multi_add_handle(multi_, poll_->easy);
    }
}

void FloorNet::end(Exchange& exchange) {
    long status = 0;
    curl_easy_getinfo(exchange.easy, CURLINFO_RESPONSE_CODE, &status);
    if (status != (exchange.post ? accepted : found))
        throw std::runtime_error{"the ministry answers " + std::to_string(status) + ": " +
                                 exchange.answer};
    curl_multi_remove_handle(multi_, exchange.easy);
    std::string answer = std::exchange(exchange.answer, {});
    if (!exchange.post) return told_(std::move(answer));
    idle_.push_back(&exchange);
    acknowledged_(exchange.post->number, std::move(answer));
}

void FloorNet::run() {
    while (!stops_) {
        begin();
        int running = 0, left = 0;
        curl_multi_perform(multi_, &running);
        while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
            if (message->msg != CURLMSG_DONE) continue;
            if (message->data.result != CURLE_OK)
                throw std::runtime_error{curl_easy_strerror(message->data.result)};
            char* exchange = nullptr;
            curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &exchange);
            end(*reinterpret_cast<Exchange*>(exchange));
        }
        begin();
        curl_multi_poll(multi_, nullptr, 0, turn_ms, nullptr);
    }
}

}  // namespace bench
