#include "http/connection.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <limits>

namespace whatsflow::http {
namespace {

constexpr auto kNever = std::numeric_limits<Connection::Clock::rep>::max();

/// The last line of defence: an application that throws must not end the process.
WireReply broken_reply() {
    static const auto text = std::make_shared<const std::string>("Something went wrong on our side.\n");
    WireReply reply;
    reply.status = 500;
    reply.headers.add("Content-Type", "text/plain; charset=utf-8");
    reply.body = text;
    reply.close = true;
    return reply;
}

template <class Call>
auto guarded(Call call) -> decltype(call()) {
    try {
        return call();
    } catch (...) {
        return broken_reply();
    }
}

}  // namespace

/// One request and its one reply.
struct Connection::Exchange {
    WireRequest request;  ///< without headers and body: the application has those
    ReplyFraming framing;
    std::atomic_flag answered;
};

Connection::Connection(std::shared_ptr<Wire> wire, int descriptor, std::string peer_address, std::uint16_t local_port)
    : wire_(std::move(wire)),
      descriptor_(descriptor),
      peer_address_(std::move(peer_address)),
      local_port_(local_port),
      welcome_(wire_->table.enter(this, peer_address_)),
      due_(kNever),
      reader_(wire_->options.limits) {}

Connection::~Connection() {
    ::close(descriptor_);
    wire_->table.leave(this, peer_address_);
}

void Connection::open() {
    wire_->table.watch(shared_from_this());
    const std::lock_guard lock(mutex_);
    enter(Phase::idle);
    if (welcome_) return;
    // Saying no costs a connection too: past a few of those, nothing is said any more.
    constexpr std::size_t kSaidNo = 64;
    if (wire_->table.size() > wire_->options.limits.connections + kSaidNo) return cut();
    exchange_ = std::make_shared<Exchange>();
    exchange_->request.peer_address = peer_address_;
    exchange_->request.local_port = local_port_;
    exchange_->request.received_at = Clock::now();
    exchange_->framing.keep_alive = false;
    exchange_->answered.test_and_set();
    send(exchange_,
         guarded([&] { return wire_->application.overloaded(exchange_->request, "Too many connections are open."); }));
}

void Connection::receive(std::string_view bytes) {
    const std::lock_guard lock(mutex_);
    if (phase_ == Phase::closing) {
        // It may finish its sentence, but not endlessly: many read the reply only after they have
        // sent all, and a cut before that would destroy it.
        discarded_ += bytes.size();
        if (discarded_ > wire_->options.limits.discarded) return reset();
        if (due_.load(std::memory_order_relaxed) != kNever) enter(Phase::closing);
        return;
    }
    if (phase_ == Phase::busy) {
        overflowed_ = overflowed_ || reader_.waiting() + bytes.size() > wire_->options.limits.pipelined;
        if (!overflowed_) reader_.append(bytes);
        return;
    }
    reader_.append(bytes);
    pump();
}

void Connection::input_ended() {
    const std::lock_guard lock(mutex_);
    input_ended_ = true;
    // Nothing can come any more: an unfinished request will stay unfinished.
    if (phase_ != Phase::busy) cut();
}

void Connection::pump() {
    while (phase_ != Phase::busy && phase_ != Phase::closing) {
        const auto step = reader_.next();
        if (const auto* refusal = std::get_if<Refusal>(&step)) return refuse(*refusal);
        switch (std::get<RequestReader::Event>(step)) {
            case RequestReader::Event::head: consult_head(); break;
            case RequestReader::Event::request: dispatch(); break;
            case RequestReader::Event::need_more:
                if (input_ended_) return cut();
                if (reader_.is_idle())
                    enter(Phase::idle);
                else if (!reader_.in_head()) {
                    if (phase_ != Phase::body) enter(Phase::body);
                } else if (phase_ != Phase::head)
                    enter(Phase::head);
                return;
        }
    }
}

void Connection::consult_head() {
    auto& head = reader_.head();
    auto& request = head.request;
    request.peer_address = peer_address_;
    request.local_port = local_port_;
    request.received_at = Clock::now();
    exchange_ = std::make_shared<Exchange>();
    exchange_->framing = {head.keep_alive, head.version_1_1, request.method == "HEAD"};

    using Decision = std::variant<BodyLimit, WireReply>;
    auto decision = guarded([&]() -> Decision { return wire_->application.on_head(request); });
    // What later calls need: the headers stay with the request, which the application takes.
    exchange_->request.method = request.method;
    exchange_->request.target = request.target;
    exchange_->request.peer_address = peer_address_;
    exchange_->request.local_port = local_port_;
    exchange_->request.received_at = request.received_at;
    exchange_->request.note = request.note;
    if (const auto* limit = std::get_if<BodyLimit>(&decision)) {
        if (head.expects_continue && reader_.expects_body() && reader_.waiting() == 0 &&
            (head.framing == Framing::chunked ||
             head.content_length <= std::min(limit->bytes, wire_->options.limits.body))) {
            Outgoing interim{"HTTP/1.1 100 Continue\r\n\r\n", nullptr};
            if (send_some(descriptor_, interim) != SendResult::complete) return cut();
        }
        reader_.accept_body(limit->bytes);
        return;
    }
    // Its body, if there is one, is never read, so what follows cannot be told from a request.
    if (reader_.expects_body()) exchange_->framing.keep_alive = false;
    reader_.skip_request();
    exchange_->answered.test_and_set();
    send(exchange_, std::get<WireReply>(decision));
}

void Connection::dispatch() {
    const auto exchange = exchange_;
    using Decision = std::variant<WireReply, PoolWork>;
    auto decision = guarded([&]() -> Decision { return wire_->application.on_request(reader_.take_request()); });
    if (auto* reply = std::get_if<WireReply>(&decision)) {
        exchange->answered.test_and_set();
        send(exchange, *reply);
        return;
    }
    submit(std::move(std::get<PoolWork>(decision)), exchange);
}

void Connection::submit(PoolWork work, const ExchangePtr& exchange) {
    enter(Phase::busy);
    auto self = shared_from_this();
    WorkerPool::Task task;
    task.timeout = work.timeout;
    task.owner = std::move(work.owner);
    task.run = [self, exchange, run = std::move(work.run)] { self->answer(exchange, guarded([&] { return run(); })); };
    task.give_up = [self, exchange] {
        if (exchange->answered.test()) return;
        self->answer(exchange, guarded([&] {
                         return self->wire_->application.overloaded(exchange->request, "This took too long.");
                     }));
    };
    if (wire_->pool.submit(std::move(task))) return;
    exchange->answered.test_and_set();
    send(exchange, guarded([&] { return wire_->application.overloaded(exchange->request, "The server is busy."); }));
}

void Connection::answer(const ExchangePtr& exchange, const WireReply& reply) {
    if (exchange->answered.test_and_set()) return;
    const std::lock_guard lock(mutex_);
    send(exchange, reply);
    pump();
}

void Connection::refuse(Refusal refusal) {
    is_late_ = refusal.status == 408;
    if (!exchange_ || reader_.in_head() || exchange_->answered.test()) {
        exchange_ = std::make_shared<Exchange>();
        exchange_->request.peer_address = peer_address_;
        exchange_->request.local_port = local_port_;
        exchange_->request.received_at = Clock::now();
        exchange_->framing.head_only = reader_.is_head_method();
    }
    exchange_->framing.keep_alive = false;
    exchange_->answered.test_and_set();
    send(exchange_, guarded([&] { return wire_->application.refusal(refusal.status, refusal.reason, local_port_); }));
}

void Connection::send(const ExchangePtr& exchange, const WireReply& reply) {
    auto framing = exchange->framing;
    framing.keep_alive =
        framing.keep_alive && !reply.close && !overflowed_ && !wire_->draining.load(std::memory_order_relaxed);
    if (reply.stream && sends_body(reply, framing)) return send_stream(exchange, reply, framing);
    Outgoing outgoing;
    outgoing.head.reserve(512);
    append_reply_head(outgoing.head, reply, framing);
    if (sends_body(reply, framing)) outgoing.body = reply.body;
    const auto result = send_some(descriptor_, outgoing);
    if (result != SendResult::would_block)
        return sent(*exchange, reply.status, outgoing.sent, result == SendResult::complete, framing.keep_alive);

    enter(Phase::busy);
    const auto so_far = outgoing.sent;
    if (!wire_->slow_readers.take(descriptor_, std::move(outgoing),
                                  reported(exchange, reply.status, framing.keep_alive)))
        sent(*exchange, reply.status, so_far, false, false);
}

void Connection::send_stream(const ExchangePtr& exchange, const WireReply& reply, ReplyFraming framing) {
    const bool chunked = is_chunked(reply, framing);
    framing.keep_alive = framing.keep_alive && chunked;
    Stream stream;
    append_reply_head(stream.head, reply, framing);
    stream.next = reply.stream;
    stream.framing = chunked ? StreamFraming::chunked : StreamFraming::until_close;
    enter(Phase::busy);
    if (wire_->streams.take(descriptor_, std::move(stream), reported(exchange, reply.status, framing.keep_alive)))
        return;
    send(exchange,
         guarded([&] { return wire_->application.overloaded(exchange->request, "Too many downloads are running."); }));
}

/// For a thread that finishes the reply: what to do when it is out.
Connection::Sent Connection::reported(const ExchangePtr& exchange, int status, bool keep_alive) {
    return [self = shared_from_this(), exchange, status, keep_alive](bool complete, std::size_t bytes) {
        const std::lock_guard lock(self->mutex_);
        self->sent(*exchange, status, bytes, complete, keep_alive);
        self->pump();
    };
}

void Connection::sent(const Exchange& exchange, int status, std::size_t bytes, bool complete, bool keep_alive) {
    const auto took = Clock::now() - exchange.request.received_at;
    wire_->application.finished(exchange.request, status, bytes,
                                std::chrono::duration_cast<std::chrono::microseconds>(took));
    if (!complete) return cut();
    if (!keep_alive || overflowed_) return close_after_reply();
    phase_ = Phase::idle;
}

void Connection::enter(Phase phase) {
    const auto& deadlines = wire_->options.deadlines;
    phase_ = phase;
    std::chrono::milliseconds wait{};
    switch (phase) {
        case Phase::idle: wait = deadlines.idle; break;
        case Phase::head: wait = deadlines.head; break;
        case Phase::body: wait = deadlines.body; break;
        case Phase::closing: {
            const auto left = close_by_ - Clock::now();
            wait = std::min(deadlines.linger, std::chrono::duration_cast<std::chrono::milliseconds>(left));
            break;
        }
        // The pool and the draining thread have deadlines of their own.
        case Phase::busy: due_.store(kNever, std::memory_order_relaxed); return;
    }
    due_.store((Clock::now() + wait).time_since_epoch().count(), std::memory_order_relaxed);
}

void Connection::close_after_reply() {
    // Only our half: closing with unread input makes the kernel send a reset, and a reset can
    // destroy the reply before the client has read it.
    ::shutdown(descriptor_, SHUT_WR);
    const auto& deadlines = wire_->options.deadlines;
    close_by_ = Clock::now() + (is_late_ ? deadlines.linger : deadlines.linger_total);
    enter(Phase::closing);
}

void Connection::cut() {
    // The loop sees the end of the stream and cleans the peer up.
    ::shutdown(descriptor_, SHUT_RDWR);
    phase_ = Phase::closing;
    due_.store(kNever, std::memory_order_relaxed);
}

void Connection::reset() {
    // Without a reset, a client that fills the window and waits to send on would wait for minutes.
    const linger at_once{.l_onoff = 1, .l_linger = 0};
    ::setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    cut();
}

void Connection::expire(Clock::time_point now, bool draining) {
    const std::lock_guard lock(mutex_);
    if (draining && phase_ == Phase::idle) return cut();
    if (!is_due(now)) return;
    switch (phase_) {
        case Phase::head: return refuse({408, "The request head took too long."});
        case Phase::body: return refuse({408, "The request body took too long."});
        case Phase::idle:
        case Phase::closing: return cut();
        case Phase::busy: return;
    }
}

}  // namespace whatsflow::http
