/// \file
/// One client connection: one request in flight, answered in order, then the next.
///
/// Owns a descriptor of its own, a duplicate made on the loop thread while the peer was alive, so
/// that a reply from another thread can never reach whoever got the number next. Bytes come in on
/// the loop thread; replies may come from any.
#pragma once

#include "http/reply_head.hpp"
#include "http/request_reader.hpp"
#include "http/wire.hpp"

#include <atomic>
#include <memory>
#include <mutex>

namespace whatsflow::http {

class Connection : public std::enable_shared_from_this<Connection> {
public:
    using Clock = std::chrono::steady_clock;

    /// Takes over `descriptor`.
    Connection(std::shared_ptr<Wire> wire, int descriptor, std::string peer_address, std::uint16_t local_port);
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;
    ~Connection();

    /// Once, before anything else: turned away when there are too many already.
    void open();
    /// Bytes from the client; on the loop thread.
    void receive(std::string_view bytes);
    /// The client sends nothing more, or has left. A reply in flight is still sent: a client may
    /// close its half after the request.
    void input_ended();

    [[nodiscard]] bool is_due(Clock::time_point now) const {
        return now.time_since_epoch().count() >= due_.load(std::memory_order_relaxed);
    }
    /// Ends the connection if its time is over, or if it is idle while the server drains.
    void expire(Clock::time_point now, bool draining);

private:
    enum class Phase { idle, head, body, busy, closing };
    struct Exchange;
    using ExchangePtr = std::shared_ptr<Exchange>;
    using Sent = std::function<void(bool complete, std::size_t bytes)>;

    // All of these with mutex_ held.
    void pump();
    void consult_head();
    void dispatch();
    void submit(PoolWork work, const ExchangePtr& exchange);
    void refuse(Refusal refusal);
    void send(const ExchangePtr& exchange, const WireReply& reply);
    void send_stream(const ExchangePtr& exchange, const WireReply& reply, ReplyFraming framing);
    Sent reported(const ExchangePtr& exchange, int status, bool keep_alive);
    void sent(const Exchange& exchange, int status, std::size_t bytes, bool complete, bool keep_alive);
    void enter(Phase phase);
    void close_after_reply();
    void cut();
    void reset();

    /// From the pool or the sweep: answers unless somebody has.
    void answer(const ExchangePtr& exchange, const WireReply& reply);

    const std::shared_ptr<Wire> wire_;
    const int descriptor_;
    const std::string peer_address_;
    const std::uint16_t local_port_;
    const bool welcome_;
    std::atomic<Clock::rep> due_;

    std::mutex mutex_;
    RequestReader reader_;
    ExchangePtr exchange_;  ///< of the request being read or answered
    Phase phase_ = Phase::idle;
    bool input_ended_ = false;
    bool overflowed_ = false;  ///< more was pipelined than we keep
    std::size_t discarded_ = 0;
    bool is_late_ = false;        ///< the request took too long, and the client gets no more time
    Clock::time_point close_by_;  ///< once closing
};

}  // namespace whatsflow::http
