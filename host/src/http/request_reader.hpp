/// \file
/// Turns the bytes of one connection into requests, one at a time.
///
/// Holds what came too early (pipelining), asks for the body limit between head and body, and
/// never reserves memory for bytes that have not arrived. Knows no sockets.
#pragma once

#include "http/chunked_body.hpp"
#include "http/request_head.hpp"

namespace whatsflow::http {

class RequestReader {
public:
    enum class Event {
        need_more,  ///< nothing to do until more bytes come
        head,       ///< head() is readable: call accept_body()
        request,    ///< take_request() has a whole one
    };

    explicit RequestReader(const Limits& limits) : limits_(&limits), parser_(limits) {}

    /// The limits are looked at as long as this lives.
    explicit RequestReader(Limits&&) = delete;

    void append(std::string_view bytes) { input_.append(bytes); }
    /// Bytes that have come and are not part of a request yet.
    [[nodiscard]] std::size_t waiting() const { return input_.size() - begin_; }

    std::variant<Event, Refusal> next();

    /// After Event::head: the head as it came.
    [[nodiscard]] RequestHead& head() { return head_; }
    /// After Event::head: go on with the body, of at most `limit` bytes.
    void accept_body(std::size_t limit);
    /// After Event::head: leave this request, whose body will not be read.
    void skip_request() { state_ = State::head; }
    /// After Event::request: hands it over and starts on the next.
    WireRequest take_request();
    [[nodiscard]] bool expects_body() const { return head_.framing != Framing::no_body; }

    /// Nothing of a request has come.
    [[nodiscard]] bool is_idle() const { return state_ == State::head && waiting() == 0; }
    [[nodiscard]] bool in_head() const { return state_ == State::head; }
    /// For refusals: a HEAD request gets no body with them either.
    [[nodiscard]] bool is_head_method() const;

private:
    enum class State { head, decision, body, chunks, whole, refused };

    std::variant<Event, Refusal> refuse(Refusal refusal);
    void consume(std::size_t bytes);

    const Limits* limits_;
    HeadParser parser_;
    RequestHead head_;
    std::optional<ChunkedBody> chunks_;
    std::string input_;
    std::size_t begin_ = 0;
    std::size_t body_limit_ = 0;
    State state_ = State::head;
    Refusal refusal_;
};

}  // namespace whatsflow::http
