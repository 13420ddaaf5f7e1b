#include "realtime/connection.hpp"

#include "web/target.hpp"

#include <Poco/NObserver.h>

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace whatsflow::realtime {
namespace {

using Poco::NObserver;
using Poco::Net::ErrorNotification;
using Poco::Net::ReadableNotification;
using Poco::Net::WritableNotification;

constexpr std::size_t kReadAtOnce = 16 * 1024;

const http::Limits& head_limits() {
    static const auto limits = handshake_limits();
    return limits;
}

/// What an Authenticator may look at, and no more: it is kept as long as the page is open.
sdk::Request question_of(sdk::Site site, const http::WireRequest& wire, const web::Client& client) {
    sdk::Request request;
    request.site = site;
    request.path = "/ws";
    request.cookies = web::parse_cookies(wire.headers);
    for (const std::string_view name : {"user-agent", "origin", "host"})
        if (const auto value = wire.headers.find(name)) request.headers.add(std::string(name), std::string(*value));
    request.remote_address = client.address;
    request.secure = client.secure;
    return request;
}

}  // namespace

std::vector<std::string> channels_of(sdk::Site site, const sdk::Identity& identity) {
    std::vector<std::string> channels;
    if (identity.subject.empty()) return channels;
    if (site == sdk::Site::app && identity.kind == sdk::Identity::Kind::user) {
        channels.push_back("user:" + identity.subject);
        if (!identity.tenant.empty()) channels.push_back("tenant:" + identity.tenant.text());
    } else if (site == sdk::Site::admin && identity.kind == sdk::Identity::Kind::staff) {
        channels.emplace_back("staff");
        channels.push_back("staff:" + identity.subject);
    }
    return channels;
}

LiveConnection::LiveConnection(Surroundings& around, Poco::Net::StreamSocket socket, std::string peer_address)
    : around_(around),
      socket_(std::move(socket)),
      peer_address_(std::move(peer_address)),
      arrival_(std::make_unique<Arrival>(Arrival{http::HeadParser(head_limits()), {}, {}})),
      frames_(around.settings().message_bytes) {
    const auto now = around_.dependencies().now();
    due_ = now + around_.settings().handshake;
    next_check_ = heard_at_ = pinged_at_ = sent_at_ = window_start_ = now;
}

LiveConnection::~LiveConnection() = default;

void LiveConnection::begin() {
    auto& reactor = around_.reactor();
    reactor.addEventHandler(socket_,
                            NObserver<LiveConnection, ReadableNotification>(*this, &LiveConnection::on_readable));
    reactor.addEventHandler(socket_, NObserver<LiveConnection, ErrorNotification>(*this, &LiveConnection::on_error));
}

void LiveConnection::end() {
    if (state_ == State::gone) return;
    const auto self = shared_from_this();
    state_ = State::gone;
    auto& reactor = around_.reactor();
    reactor.removeEventHandler(socket_,
                               NObserver<LiveConnection, ReadableNotification>(*this, &LiveConnection::on_readable));
    reactor.removeEventHandler(socket_, NObserver<LiveConnection, ErrorNotification>(*this, &LiveConnection::on_error));
    if (waits_to_write_)
        reactor.removeEventHandler(
            socket_, NObserver<LiveConnection, WritableNotification>(*this, &LiveConnection::on_writable));
    socket_.close();
    around_.gone(*this);
}

void LiveConnection::on_readable(const Poco::AutoPtr<ReadableNotification>&) {
    const auto self = shared_from_this();
    if (state_ == State::gone) return;
    std::array<char, kReadAtOnce> bytes;  // not initialised: only what came is looked at
    const auto got = ::recv(socket_.impl()->sockfd(), bytes.data(), bytes.size(), MSG_DONTWAIT);
    if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)) return;
    if (got <= 0) return end();
    heard_at_ = around_.dependencies().now();
    take({bytes.data(), static_cast<std::size_t>(got)});
}

void LiveConnection::on_writable(const Poco::AutoPtr<WritableNotification>&) {
    const auto self = shared_from_this();
    if (state_ != State::gone) flush();
}

void LiveConnection::on_error(const Poco::AutoPtr<ErrorNotification>&) {
    const auto self = shared_from_this();
    end();
}

void LiveConnection::take(std::string_view bytes) {
    switch (state_) {
        case State::head: return read_head(bytes);
        case State::checking:
            // Nobody has to hurry so, but it is allowed; not endlessly.
            arrival_->head.append(bytes);
            if (arrival_->head.size() > around_.settings().message_bytes) end();
            return;
        case State::open:
            if (is_stream()) return end();  // a listener has nothing more to say
            frames_.append(bytes);
            return read_frames();
        case State::closing:
        case State::gone: return;
    }
}

void LiveConnection::read_head(std::string_view bytes) {
    arrival_->head.append(bytes);
    const auto step = arrival_->parser.read(arrival_->head);
    if (const auto* refusal = std::get_if<http::Refusal>(&step)) return refuse({refusal->status, refusal->reason});
    if (std::get<http::HeadParser::Progress>(step) == http::HeadParser::Progress::more) return;
    arrival_->head.erase(0, arrival_->parser.length());
    auto judged = judge(arrival_->parser.take());
    if (const auto* answer = std::get_if<PlainAnswer>(&judged)) return refuse(*answer);
    if (const auto* listening = std::get_if<Listening>(&judged)) return open_for(*listening);
    open_for(std::move(std::get<Opening>(judged)));
}

void LiveConnection::open_for(const Listening& listening) {
    const auto& dependencies = around_.dependencies();
    const auto today = dependencies.today();
    const auto until = dependencies.streams
                           ? dependencies.streams->good_until(listening.topic, listening.until, listening.key, today)
                           : std::nullopt;
    if (!until) return refuse({401, "This address is over, or was never good. Ask for another.\n"});
    if (!around_.admit(*this, around_.clients().resolve(peer_address_, listening.headers)))
        return refuse({429, "Too many streams of this address are open.\n"});
    if (!around_.has_room_for_stream()) return refuse({503, "Too many streams are open.\n"});
    // Not all at once, neither at the end nor when the server comes back.
    const auto own = std::hash<std::string>{}(around_.request_ids().next());
    const auto left = sdk::Instant(std::chrono::seconds(*until)) - today + std::chrono::seconds(own % 600);
    stream_ends_ = dependencies.now() + std::chrono::duration_cast<Clock::duration>(left);
    channels_ = {std::string(kStreamChannel) + listening.topic};
    state_ = State::open;
    arrival_.reset();
    around_.joined(*this);
    send(std::make_shared<const std::string>(stream_text(std::chrono::milliseconds(2'000 + own % 8'000))));
}

void LiveConnection::open_for(Opening opening) {
    const auto& settings = around_.settings();
    const auto site = opening.site.value_or(site_by_host(settings.sites, opening.request.headers));
    const auto entry = std::ranges::find(settings.sites, site, &web::SiteEntry::site);
    if (entry == settings.sites.end() || !is_own_page(*entry, opening.request.headers))
        return refuse({403, "Only pages of this site may listen here.\n"});
    const auto client = around_.clients().resolve(peer_address_, opening.request.headers);
    if (!around_.admit(*this, client)) return refuse({429, "Too many pages of this address are open.\n"});
    request_ = std::make_shared<const sdk::Request>(question_of(site, opening.request, client));
    arrival_->key = std::move(opening.key);
    state_ = State::checking;
    ask_who_it_is();
    if (check_ == 0) refuse({503, "The server is busy.\n"});
}

void LiveConnection::ask_who_it_is() {
    const auto number = ++checks_made_;
    const auto tell = [weak = weak_from_this(), number, &reactor = around_.reactor()](Identified identity) {
        reactor.post([weak, number, identity = std::move(identity)] {
            if (const auto connection = weak.lock()) connection->identified(number, identity);
        });
    };
    http::WorkerPool::Task task;
    task.timeout = around_.settings().check_timeout;
    task.run = [tell, question = request_, id = around_.request_ids().next(), timeout = task.timeout,
                &authenticator = around_.dependencies().authenticator] {
        auto request = *question;
        request.context.request_id = id;
        request.context.deadline = Clock::now() + timeout;
        try {
            const auto known = authenticator(request.site);
            tell(known ? known.call(&sdk::Authenticator::identify, request) : std::optional<sdk::Identity>{});
        } catch (const std::exception&) {
            tell(sdk::fail("realtime.check_failed", "The session could not be checked."));
        }
    };
    task.give_up = [tell] { tell(sdk::fail("realtime.check_late", "The session was not checked in time.")); };
    next_check_ = around_.dependencies().now() + around_.settings().check_every;
    check_ = around_.checks().submit(std::move(task)) ? number : 0;
}

void LiveConnection::identified(std::uint64_t check, const Identified& identity) {
    if (check != check_) return;
    check_ = 0;
    if (state_ == State::checking)
        first_answer(identity);
    else if (state_ == State::open)
        later_answer(identity);
}

void LiveConnection::first_answer(const Identified& identity) {
    if (!identity) return refuse({503, "Nobody can say who is asking at the moment.\n"});
    if (*identity) {
        channels_ = channels_of(request_->site, **identity);
        session_ = (*identity)->session;
    }
    if (channels_.empty()) return refuse({401, "Sign in first.\n"});
    state_ = State::open;
    [[maybe_unused]] const bool fits =
        outgoing_.add(std::make_shared<const std::string>(accept_text(arrival_->key)), std::string::npos);
    frames_.append(arrival_->head);
    arrival_.reset();
    around_.joined(*this);
    flush();
    read_frames();
}

void LiveConnection::later_answer(const Identified& identity) {
    // Who cannot be asked about now is asked about later: a database that is away ends no session.
    if (!identity) return;
    const auto now_hears = *identity ? channels_of(request_->site, **identity) : std::vector<std::string>{};
    if (now_hears != channels_) close(close_code::kPolicy, "The session has ended.");
}

void LiveConnection::read_frames() {
    while (state_ == State::open) {
        const auto result = frames_.next();
        if (std::holds_alternative<NeedMore>(result)) return;
        if (const auto* violation = std::get_if<Violation>(&result)) return close(violation->code, violation->reason);
        answer(std::get<Incoming>(result));
    }
}

void LiveConnection::answer(const Incoming& incoming) {
    if (heard_at_ - window_start_ > std::chrono::seconds(10)) {
        window_start_ = heard_at_;
        messages_in_window_ = 0;
    }
    if (++messages_in_window_ > around_.settings().messages_in_ten_seconds)
        return close(close_code::kPolicy, "Too many messages.");
    switch (incoming.opcode) {
        case Opcode::ping: return send(make_frame(Opcode::pong, incoming.payload));
        case Opcode::close: return close(code_of_close(incoming.payload), "");
        // Pages listen; what they have to say goes through the sites.
        default: return;
    }
}

void LiveConnection::send(const Frame& frame) {
    if (state_ != State::open) return;
    if (!outgoing_.add(frame, around_.settings().queue_bytes)) {
        around_.dependencies().meters.slow.add();
        if (is_stream()) return end();
        return close(close_code::kTryLater, "This page does not keep up.");
    }
    if (!waits_to_write_) flush();
}

void LiveConnection::close(std::uint16_t code, std::string_view reason) {
    if (state_ == State::head || state_ == State::checking) return refuse({503, "The server is stopping.\n"});
    if (state_ == State::open) end_with(is_stream() ? std::make_shared<const std::string>() : make_close(code, reason));
}

void LiveConnection::session_changed(const std::string& session) {
    if (state_ != State::open || session_ != session) return;
    check_ = 0;  // an answer on its way may be of before
    next_check_ = around_.dependencies().now();
}

void LiveConnection::refuse(const PlainAnswer& answer) {
    if (answer.status != 200) around_.dependencies().meters.refused.add();
    end_with(std::make_shared<const std::string>(answer_text(answer)));
}

void LiveConnection::end_with(Frame last) {
    outgoing_.keep_only_begun();
    [[maybe_unused]] const bool fits = outgoing_.add(std::move(last), std::string::npos);
    state_ = State::closing;
    due_ = around_.dependencies().now() + around_.settings().linger;
    flush();
}

void LiveConnection::flush() {
    const auto before = outgoing_.bytes();
    const auto progress = outgoing_.send(socket_.impl()->sockfd());
    if (progress == OutgoingFrames::Progress::broken) return end();
    if (outgoing_.bytes() != before || !waits_to_write_) sent_at_ = around_.dependencies().now();
    const bool waits = progress == OutgoingFrames::Progress::would_block;
    const NObserver<LiveConnection, WritableNotification> writable(*this, &LiveConnection::on_writable);
    if (waits && !waits_to_write_) around_.reactor().addEventHandler(socket_, writable);
    if (!waits && waits_to_write_) around_.reactor().removeEventHandler(socket_, writable);
    waits_to_write_ = waits;
    // Only our half: closing with unread input makes the kernel send a reset, which can destroy
    // the last frame before the page has read it.
    if (!waits && state_ == State::closing) ::shutdown(socket_.impl()->sockfd(), SHUT_WR);
}

void LiveConnection::tick(Clock::time_point now) {
    const auto& settings = around_.settings();
    switch (state_) {
        case State::head:
            if (now >= due_) refuse({408, "The request took too long.\n"});
            return;
        case State::checking:
            if (now >= due_) refuse({503, "Nobody can say who is asking at the moment.\n"});
            return;
        case State::closing:
            if (now >= due_) end();
            return;
        case State::gone: return;
        case State::open: break;
    }
    if (is_stream() && now >= *stream_ends_) return close(close_code::kNormal, "");
    if ((!is_stream() && now - heard_at_ >= settings.dead_after) ||
        (!outgoing_.empty() && now - sent_at_ >= settings.stalled_after))
        return end();
    if (!is_stream() && check_ == 0 && now >= next_check_) ask_who_it_is();
    if (now - std::max(heard_at_, pinged_at_) >= settings.ping_after) {
        pinged_at_ = now;
        send(is_stream() ? std::make_shared<const std::string>(":\n\n") : make_frame(Opcode::ping, ""));
    }
}

}  // namespace whatsflow::realtime
