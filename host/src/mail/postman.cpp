#include "mail/postman.hpp"

#include <algorithm>

namespace whatsflow::mail {
namespace {

constexpr int kMostLent = 10;

sdk::CallContext postman_context() {
    sdk::CallContext context;
    context.request_id = "postman";
    return context;
}

}  // namespace

void Postman::start() {
    stopping_ = false;
    for (std::size_t i = 0; i < options_.threads; ++i) threads_.emplace_back([this] { run(); });
}

void Postman::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    wake_.notify_all();
    for (auto& thread : threads_) thread.join();
    threads_.clear();
}

void Postman::look() {
    {
        const std::lock_guard lock(mutex_);
        new_mail_ = true;
    }
    wake_.notify_one();
}

void Postman::run() {
    while (!stopping_) {
        {
            // New mail does not wake anybody while the server is not there.
            std::unique_lock lock(mutex_);
            wake_.wait_until(lock, paused_until_, [this] { return stopping_.load(); });
        }
        if (stopping_) return;
        try {
            if (deliver_due() > 0) continue;
        } catch (const std::exception& problem) {
            // A mail that cannot be read must not end the sending of all others.
            log_.error("a mail cannot be handled", {{"error", problem.what()}});
        }
        std::unique_lock lock(mutex_);
        wake_.wait_for(lock, options_.look_every, [this] { return stopping_ || new_mail_; });
        new_mail_ = false;
    }
}

std::size_t Postman::deliver_due() {
    // One by one, so that a lease covers one attempt; several threads share the work.
    std::size_t attempted = 0;
    for (int i = 0; i < kMostLent && !stopping_; ++i) {
        auto lent = spool_.lend(postman_context(), 1);
        if (!lent) {
            log_.warn("the mail spool cannot be read", {{"error", lent.error().message}});
            return 0;
        }
        if (lent->empty()) return attempted;
        attempt(lent->front());
        ++attempted;
        const std::lock_guard lock(mutex_);
        if (paused_until_ > std::chrono::steady_clock::now()) return attempted;
    }
    return attempted;
}

void Postman::attempt(LentMail& lent) {
    const auto attempt = transport_.send(lent.mail, [this] { return stopping_.load(); });
    if (attempt.outcome == Attempt::Outcome::server_down) {
        server_is_down(attempt.error);
    } else if (attempt.outcome == Attempt::Outcome::answered) {
        const std::lock_guard lock(mutex_);
        pause_ = {};
    }
    const auto settlement = judge(lent, attempt);
    auto settled = spool_.settle(postman_context(), lent, settlement);
    if (!settled) {
        // The lease runs out, and the mail is tried again with the same Message-ID.
        log_.error("a mail's fate cannot be stored", {{"mail", lent.mail.id}, {"error", settled.error().message}});
        return;
    }
    if (settlement.state == Settlement::State::sent) {
        log_.info("mail sent", {{"mail", lent.mail.id}});
    } else if (attempt.outcome != Attempt::Outcome::stopped) {
        log_.warn(settlement.state == Settlement::State::failed ? "mail failed" : "mail waits",
                  {{"mail", lent.mail.id}, {"reason", settlement.error}});
    }
}

Settlement Postman::judge(const LentMail& lent, const Attempt& attempt) {
    const auto& mail = lent.mail;
    const auto now = clock_.now();
    const bool too_old = now - mail.created_at > options_.give_up_after;
    Settlement settlement;
    settlement.error = attempt.error;
    settlement.attempted =
        attempt.outcome == Attempt::Outcome::answered || attempt.outcome == Attempt::Outcome::unknown;
    settlement.due_at = now;
    const auto has = [&mail](Recipient::Fate fate) {
        return std::ranges::any_of(mail.recipients, [fate](const auto& recipient) { return recipient.fate == fate; });
    };
    if (has(Recipient::Fate::waiting)) {
        settlement.state = too_old ? Settlement::State::failed : Settlement::State::queued;
        if (settlement.attempted) settlement.due_at = now + wait_after(mail.attempts);
        if (attempt.outcome == Attempt::Outcome::unknown)
            settlement.due_at = std::max(settlement.due_at, now + options_.after_unknown);
    } else {
        settlement.state = has(Recipient::Fate::sent) ? Settlement::State::sent : Settlement::State::failed;
    }
    return settlement;
}

std::chrono::seconds Postman::wait_after(int attempts) const {
    auto wait = options_.first_retry;
    for (int i = 0; i < attempts && wait < options_.longest_retry; ++i) wait *= 3;
    return std::min(wait, options_.longest_retry);
}

void Postman::server_is_down(const std::string& why) {
    const std::lock_guard lock(mutex_);
    if (pause_.count() == 0) log_.error("the mail server cannot be used; mails wait", {{"reason", why}});
    pause_ = std::clamp(pause_ * 2, options_.first_pause, options_.longest_pause);
    paused_until_ = std::chrono::steady_clock::now() + pause_;
}

}  // namespace whatsflow::mail
