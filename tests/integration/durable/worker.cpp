// A host without plugins that does one kind of work until there is no more, or until it is at a
// named step for the n-th time: then it kills itself as a power cut would.
//
//     durable_worker URL outbox|publish|jobs|enqueue|schedule STEP NTH
//
// Exit code 0: nothing is left to do. 3: it took too long.
#include "durable/shop.hpp"
#include "jobs/jobs.hpp"
#include "outbox/outbox.hpp"
#include "time/system_clock.hpp"

#include <signal.h>

#include <atomic>
#include <cstdlib>
#include <iostream>
#include <string>
#include <thread>

namespace whatsflow::durable {
namespace {

using namespace std::chrono_literals;

constexpr auto kLease = 400ms;
constexpr auto kPoll = 20ms;

class ErrorsToStandardError final : public sdk::Logger {
public:
    bool enabled(sdk::LogLevel level) const noexcept override { return level >= sdk::LogLevel::error; }
    void write(sdk::LogLevel, std::string_view message, const sdk::LogFields& fields) noexcept override {
        std::string line(message);
        for (const auto& [name, value] : fields) line += " " + name + "=" + value;
        std::cerr << line + "\n";
    }
};

background::Guard no_gate() {
    return [](const std::string&, const std::function<sdk::Result<void>()>& body) { return body(); };
}

class Worker {
public:
    Worker(const std::string& url, std::string step, int nth) : step_(std::move(step)), left_(nth) {
        auto opened = data::open(*data::parse_database_url(url), {.sessions = 8, .log = &log_});
        if (!opened) throw std::runtime_error(opened.error().message);
        database_ = *opened;
    }

    int run(const std::string& role) {
        if (role == "outbox") return deliver();
        if (role == "publish") return publish();
        if (role == "jobs") return do_jobs();
        if (role == "enqueue") return enqueue();
        return schedule();
    }

private:
    background::Steps steps() {
        return [this](std::string_view step) {
            if (step == step_ && --left_ == 0) ::raise(SIGKILL);
        };
    }

    std::int64_t count(const std::string& sql) {
        auto row = database_->query_one(context_, sql);
        return row && *row ? std::get<std::int64_t>((*row)->values().at(0).storage()) : -1;
    }
    /// Until the query answers 0.
    int until_nothing_is_left(const std::string& sql) {
        const auto deadline = std::chrono::steady_clock::now() + 60s;
        while (count(sql) != 0) {
            if (std::chrono::steady_clock::now() > deadline) return 3;
            std::this_thread::sleep_for(5ms);
        }
        return 0;
    }
    sdk::Result<void> write(sdk::SqlExecutor& where, const char* table, std::int64_t number) {
        auto done = where.execute(context_, insert_into(table), {number});
        return done ? sdk::ok() : done.error();
    }

    outbox::Options outbox_options() {
        outbox::Options options;
        options.lease = kLease;
        options.dispatcher.poll = kPoll;
        options.retries.pause = {.first = 30ms, .factor = 1, .longest = 30ms};
        options.batch = 7;
        options.batch_in_transaction = 5;
        options.steps = steps();
        return options;
    }

    int deliver() {
        events::Bus bus(log_, clock_);
        outbox::Outbox outbox(*database_, bus, clock_, log_, outbox_options());
        auto shop = outbox.for_plugin("shop", no_gate());
        auto made = shop->subscribe_in_transaction(
            "shop.once", "shop.ordered/1", [this](sdk::Transaction& tx, const sdk::Envelope& envelope) {
                return write(tx, kOnce, sdk::read_event<Ordered>(envelope).number);
            });
        auto also = shop->subscribe("shop.at_least_once", "shop.ordered/1", [this](const sdk::Envelope& envelope) {
            return keep_or_fail_once(sdk::read_event<Ordered>(envelope).number);
        });
        if (!made || !also) return 4;
        outbox.start();
        const int code = until_nothing_is_left(
            "SELECT (SELECT COUNT(*) FROM core_outbox_events e WHERE e.position IS NULL) + "
            "(SELECT COUNT(*) FROM core_outbox_events e JOIN core_outbox_cursors c ON c.type = e.type "
            "AND c.position < e.position) + (SELECT COUNT(*) FROM core_outbox_retries)");
        outbox.stop();
        return code;
    }

    /// Every seventh number fails the first time.
    sdk::Result<void> keep_or_fail_once(std::int64_t number) {
        const auto text = std::to_string(number);
        if (number % 7 == 3 && count("SELECT COUNT(*) FROM shop_failed_once WHERE n = " + text) == 0) {
            if (auto noted = write(*database_, kFailedOnce, number); !noted) return noted;
            return sdk::fail("shop.no", "not the first time");
        }
        return write(*database_, kAtLeastOnce, number);
    }

    int publish() {
        events::Bus bus(log_, clock_);
        outbox::Outbox outbox(*database_, bus, clock_, log_, outbox_options());
        auto shop = outbox.for_plugin("shop", no_gate());
        for (std::int64_t number = 1; number <= 20; ++number) {
            auto done = database_->transaction(context_, [&](sdk::Transaction& tx) -> sdk::Result<void> {
                if (auto recorded = sdk::record(*shop, tx, context_, Ordered{number}); !recorded) return recorded;
                return write(tx, kMade, number);
            });
            if (!done) return 4;
        }
        return 0;
    }

    jobs::Options job_options() {
        jobs::Options options;
        options.workshop.poll = kPoll;
        options.records.pause = {.first = 30ms, .factor = 1, .longest = 30ms};
        options.steps = steps();
        return options;
    }

    int do_jobs() {
        jobs::Jobs jobs(*database_, clock_, log_, job_options());
        auto shop = jobs.for_plugin("shop", no_gate());
        auto once =
            shop->handle("shop.once",
                         [this](sdk::JobRun& run) {
                             return database_->transaction(context_, [&](sdk::Transaction& tx) -> sdk::Result<void> {
                                 if (auto done = write(tx, kOnce, run.payload().at("n")); !done) return done;
                                 return run.complete_in(tx);
                             });
                         },
                         {.lease = kLease});
        auto plain =
            shop->handle("shop.at_least_once",
                         [this](sdk::JobRun& run) { return write(*database_, kAtLeastOnce, run.payload().at("n")); },
                         {.lease = kLease});
        // Longer than any test: who runs it twice has taken what another was at.
        auto long_lease = shop->handle(
            "shop.one_at_a_time", [this](sdk::JobRun& run) { return write(*database_, kOnce, run.payload().at("n")); },
            {.lease = 120s});
        if (!once || !plain || !long_lease) return 4;
        jobs.start();
        const int code = until_nothing_is_left("SELECT COUNT(*) FROM core_jobs WHERE state <> 'done'");
        jobs.stop();
        return code;
    }

    int enqueue() {
        jobs::Jobs jobs(*database_, clock_, log_, job_options());
        auto shop = jobs.for_plugin("shop", no_gate());
        for (std::int64_t number = 1; number <= 20; ++number) {
            auto done = database_->transaction(context_, [&](sdk::Transaction& tx) -> sdk::Result<void> {
                auto id = shop->enqueue(tx, context_, {.kind = "shop.once", .payload = {{"n", number}}});
                if (!id) return id.error();
                return write(tx, kMade, number);
            });
            if (!done) return 4;
        }
        return 0;
    }

    int schedule() {
        jobs::Jobs jobs(*database_, clock_, log_, job_options());
        auto shop = jobs.for_plugin("shop", no_gate());
        if (!shop->schedule({.name = "shop.hourly", .kind = "shop.count", .every = 1h})) return 4;
        if (auto due = database_->execute(context_, "UPDATE core_schedules SET next_at = 1000 WHERE last_at IS NULL");
            !due)
            return 4;
        jobs.start();
        const int code = until_nothing_is_left("SELECT COUNT(*) FROM core_schedules WHERE last_at IS NULL");
        jobs.stop();
        return code;
    }

    ErrorsToStandardError log_;
    time::SystemClock clock_;
    const sdk::CallContext context_{.request_id = "durable-worker", .tenant = {}};
    const std::string step_;
    std::atomic<int> left_;
    std::shared_ptr<data::DatabaseServer> database_;
};

}  // namespace
}  // namespace whatsflow::durable

int main(int count, char** words) {
    if (count != 5) return 2;
    try {
        return whatsflow::durable::Worker(words[1], words[3], std::atoi(words[4])).run(words[2]);
    } catch (const std::exception& problem) {
        std::cerr << problem.what() << '\n';
        return 2;
    }
}
