#include "http/request_reader.hpp"

#include <algorithm>

namespace whatsflow::http {
namespace {

constexpr Refusal kLarge{413, "The body is larger than this address takes."};

}  // namespace

std::variant<RequestReader::Event, Refusal> RequestReader::refuse(Refusal refusal) {
    state_ = State::refused;
    refusal_ = refusal;
    return refusal;
}

void RequestReader::consume(std::size_t bytes) {
    begin_ += bytes;
    if (begin_ == input_.size()) {
        input_.clear();
        begin_ = 0;
        // A large body must not stay with an idle connection.
        if (input_.capacity() > 16 * 1024) input_.shrink_to_fit();
    } else if (begin_ > 64 * 1024) {
        input_.erase(0, begin_);
        begin_ = 0;
    }
}

bool RequestReader::is_head_method() const {
    return state_ == State::head ? parser_.is_head_method() : head_.request.method == "HEAD";
}

std::variant<RequestReader::Event, Refusal> RequestReader::next() {
    switch (state_) {
        case State::head: {
            const auto progress = parser_.read(std::string_view(input_).substr(begin_));
            if (const auto* refusal = std::get_if<Refusal>(&progress)) return refuse(*refusal);
            if (std::get<HeadParser::Progress>(progress) == HeadParser::Progress::more) return Event::need_more;
            head_ = parser_.take();
            consume(parser_.length());
            parser_ = HeadParser(*limits_);
            state_ = State::decision;
            return Event::head;
        }
        case State::decision: return Event::head;
        case State::body: {
            auto& body = head_.request.body;
            const auto missing = static_cast<std::size_t>(head_.content_length) - body.size();
            const auto part = std::min(missing, waiting());
            body.append(input_, begin_, part);
            consume(part);
            if (part < missing) return Event::need_more;
            state_ = State::whole;
            return Event::request;
        }
        case State::chunks: {
            const auto step = chunks_->read(std::string_view(input_).substr(begin_), head_.request.body);
            consume(step.consumed);
            if (step.refusal) return refuse(*step.refusal);
            if (!step.done) return Event::need_more;
            state_ = State::whole;
            return Event::request;
        }
        case State::whole: return Event::request;
        case State::refused: break;
    }
    return refusal_;
}

void RequestReader::accept_body(std::size_t limit) {
    body_limit_ = std::min(limit, limits_->body);
    switch (head_.framing) {
        case Framing::no_body: state_ = State::whole; return;
        case Framing::content_length:
            if (head_.content_length > body_limit_)
                (void)refuse(kLarge);
            else
                state_ = State::body;
            return;
        case Framing::chunked:
            chunks_.emplace(body_limit_);
            state_ = State::chunks;
            return;
    }
}

WireRequest RequestReader::take_request() {
    state_ = State::head;
    chunks_.reset();
    return std::move(head_.request);
}

}  // namespace whatsflow::http
