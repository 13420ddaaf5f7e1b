/// \file
/// Sends what waits in the spool, with patience: soon again after a refusal "for now", slower each
/// time, and not at all while the server is not there.
///
///     Postman postman(spool, transport, clock, log, {});
///     postman.start();     // threads of its own
///     postman.look();      // there is something new
#pragma once

#include "mail/spool.hpp"
#include "mail/transport.hpp"

#include <whatsflow/sdk/logger.hpp>
#include <whatsflow/sdk/time.hpp>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

namespace whatsflow::mail {

/// [thread-safe]
class Postman {
public:
    struct Options {
        std::size_t threads = 2;
        std::chrono::milliseconds look_every{2000};   ///< for mail that another host stored, and retries
        std::chrono::milliseconds first_pause{1000};  ///< after the server was not there; doubles
        std::chrono::milliseconds longest_pause{60'000};
        std::chrono::seconds first_retry{60};  ///< after a refusal for now; grows threefold
        std::chrono::seconds longest_retry{3 * 3600};
        std::chrono::seconds after_unknown{15 * 60};  ///< the server may still be at it
        std::chrono::hours give_up_after{72};
    };

    Postman(Spool& spool, Transport& transport, const sdk::Clock& clock, sdk::Logger& log, Options options)
        : spool_(spool), transport_(transport), clock_(clock), log_(log), options_(options) {}
    ~Postman() { stop(); }

    void start();
    /// Waits for attempts that run; they end soon.
    void stop();
    /// Wakes the threads.
    void look();

    /// One round on this thread: how many mails were attempted.
    std::size_t deliver_due();

private:
    void run();
    void attempt(LentMail& lent);
    Settlement judge(const LentMail& lent, const Attempt& attempt);
    std::chrono::seconds wait_after(int attempts) const;
    void server_is_down(const std::string& why);

    Spool& spool_;
    Transport& transport_;
    const sdk::Clock& clock_;
    sdk::Logger& log_;
    const Options options_;

    std::atomic<bool> stopping_{false};
    std::mutex mutex_;  ///< guards what follows
    std::condition_variable wake_;
    bool new_mail_ = false;
    std::chrono::milliseconds pause_{0};
    std::chrono::steady_clock::time_point paused_until_{};
    std::vector<std::thread> threads_;
};

}  // namespace whatsflow::mail
