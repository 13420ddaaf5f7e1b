#include "net/resolver.hpp"

#include "net/transport_error.hpp"

#include <Poco/Net/DNS.h>
#include <Poco/Net/HostEntry.h>

#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <thread>

namespace whatsflow::net {
namespace {

using Kind = TransportError::Kind;

Resolver::Addresses ask_the_system(const std::string& host) {
    return Poco::Net::DNS::hostByName(host).addresses();
}

}  // namespace

/// Shared with the threads, so that one that never comes back can be left alone.
struct Resolver::State : std::enable_shared_from_this<Resolver::State> {
    /// One question, however many wait for its answer.
    struct Question {
        bool answered = false;
        Addresses addresses;
    };
    struct Kept {
        Addresses addresses;
        Time until;
    };

    explicit State(Options the_options) : options(std::move(the_options)) {}

    std::shared_ptr<Question> ask(const std::string& host) {
        auto& question = open[host];
        if (question) return question;
        question = std::make_shared<Question>();
        waiting.push_back(host);
        if (threads < options.most_threads) {
            std::thread([self = shared_from_this()] { self->answer_what_waits(); }).detach();
            ++threads;
        }
        return question;
    }

    void answer_what_waits() {
        std::unique_lock lock(mutex);
        while (!waiting.empty()) {
            const auto host = std::move(waiting.front());
            waiting.pop_front();
            lock.unlock();
            auto addresses = look_up(host);
            lock.lock();
            if (!addresses.empty()) keep(host, addresses);
            if (const auto question = open.extract(host)) {
                question.mapped()->addresses = std::move(addresses);
                question.mapped()->answered = true;
            }
            changed.notify_all();
        }
        --threads;
        changed.notify_all();
    }

    Addresses look_up(const std::string& host) const noexcept {
        try {
            return options.look_up(host);
        } catch (...) {
            return {};  // as good as no such name; the caller says so
        }
    }

    void keep(const std::string& host, const Addresses& addresses) {
        const auto now = options.now();
        if (kept.size() >= options.most_kept)
            std::erase_if(kept, [&](const auto& entry) { return entry.second.until <= now; });
        if (kept.size() >= options.most_kept) kept.erase(kept.begin());
        kept[host] = {addresses, now + options.keep_for};
    }

    Options options;
    std::mutex mutex;
    std::condition_variable changed;
    std::map<std::string, std::shared_ptr<Question>> open;
    std::deque<std::string> waiting;
    std::map<std::string, Kept> kept;
    std::size_t threads = 0;
};

Resolver::Resolver(Options options) : state_(std::make_shared<State>(std::move(options))) {
    if (!state_->options.look_up) state_->options.look_up = ask_the_system;
    if (!state_->options.now) state_->options.now = [] { return std::chrono::steady_clock::now(); };
}

Resolver::~Resolver() {
    constexpr std::chrono::milliseconds patience{100};
    std::unique_lock lock(state_->mutex);
    state_->waiting.clear();
    state_->changed.wait_for(lock, patience, [&] { return state_->threads == 0; });
}

Resolver::Addresses Resolver::resolve(const std::string& host, Time deadline) {
    Poco::Net::IPAddress literal;
    if (Poco::Net::IPAddress::tryParse(host, literal)) return {literal};
    std::unique_lock lock(state_->mutex);
    if (const auto found = state_->kept.find(host);
        found != state_->kept.end() && state_->options.now() < found->second.until)
        return found->second.addresses;
    const auto question = state_->ask(host);
    if (!state_->changed.wait_until(lock, deadline, [&] { return question->answered; }))
        throw TransportError(Kind::timed_out, "the name " + host + " was not resolved before the deadline");
    if (question->addresses.empty())
        throw TransportError(Kind::unreachable, "the name " + host + " cannot be resolved");
    return question->addresses;
}

void Resolver::forget(const std::string& host) {
    const std::lock_guard lock(state_->mutex);
    state_->kept.erase(host);
}

}  // namespace whatsflow::net
