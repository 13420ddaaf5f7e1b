/// \file
/// One page that is open, or one listener of an event stream: its handshake, its frames, its end. Lives on
/// the reactor's thread.
///
/// head → checking (whose session is it?) → open → closing → gone. A plain answer goes from
/// head or checking straight to closing. While open its session is asked about again and again. A stream has no
/// session: its address opens it, until a certain time.
#pragma once

#include "http/worker_pool.hpp"
#include "realtime/frames.hpp"
#include "realtime/handshake.hpp"
#include "realtime/outgoing_frames.hpp"
#include "realtime/reactor.hpp"
#include "realtime/settings.hpp"
#include "web/client_address.hpp"
#include "web/request_id.hpp"

#include <Poco/Net/SocketNotification.h>

#include <memory>
#include <string>
#include <vector>

namespace whatsflow::realtime {

class LiveConnection;

/// What all connections share; implemented by the gateway.
class Surroundings {
public:
    virtual ~Surroundings() = default;

    virtual const Settings& settings() const = 0;
    virtual const Dependencies& dependencies() const = 0;
    virtual const web::ClientResolver& clients() const = 0;
    virtual Reactor& reactor() = 0;
    virtual http::WorkerPool& checks() = 0;
    virtual web::RequestIds& request_ids() = 0;

    /// Counts the connection under its address. False when that has too many already.
    virtual bool admit(LiveConnection& connection, const web::Client& client) = 0;
    /// False when there are too many listeners without a session.
    virtual bool has_room_for_stream() const = 0;
    virtual void joined(LiveConnection& connection) = 0;
    virtual void gone(LiveConnection& connection) = 0;
};

class LiveConnection final : public std::enable_shared_from_this<LiveConnection> {
public:
    using Clock = std::chrono::steady_clock;

    LiveConnection(Surroundings& around, Poco::Net::StreamSocket socket, std::string peer_address);
    ~LiveConnection();
    LiveConnection(const LiveConnection&) = delete;
    LiveConnection& operator=(const LiveConnection&) = delete;

    void begin();
    void send(const Frame& frame);
    void close(std::uint16_t code, std::string_view reason);
    /// Asks at the next tick, if it is the session of this page.
    void session_changed(const std::string& session);
    /// Ends it without a word.
    void end();
    /// Ends what is past its time.
    void tick(Clock::time_point now);

    [[nodiscard]] const std::vector<std::string>& channels() const { return channels_; }
    [[nodiscard]] bool is_stream() const { return stream_ends_.has_value(); }
    /// Empty until admitted, and for this machine.
    [[nodiscard]] const std::string& address_key() const { return address_key_; }
    void count_under(std::string key) { address_key_ = std::move(key); }

private:
    enum class State { head, checking, open, closing, gone };
    using Identified = sdk::Result<std::optional<sdk::Identity>>;

    void on_readable(const Poco::AutoPtr<Poco::Net::ReadableNotification>& notification);
    void on_writable(const Poco::AutoPtr<Poco::Net::WritableNotification>& notification);
    void on_error(const Poco::AutoPtr<Poco::Net::ErrorNotification>& notification);

    void take(std::string_view bytes);
    void read_head(std::string_view bytes);
    void open_for(Opening opening);
    void open_for(const Listening& listening);
    void ask_who_it_is();
    void identified(std::uint64_t check, const Identified& identity);
    void first_answer(const Identified& identity);
    void later_answer(const Identified& identity);
    void read_frames();
    void answer(const Incoming& incoming);
    void refuse(const PlainAnswer& answer);
    void end_with(Frame last);
    void flush();

    Surroundings& around_;
    Poco::Net::StreamSocket socket_;
    const std::string peer_address_;
    std::string address_key_;
    State state_ = State::head;

    /// What is needed until the socket is open, and not kept.
    struct Arrival {
        http::HeadParser parser;
        std::string head;
        std::string key;
    };
    std::unique_ptr<Arrival> arrival_;
    /// Who asks, to ask again.
    std::shared_ptr<const sdk::Request> request_;
    std::vector<std::string> channels_;
    std::string session_;
    std::uint64_t check_ = 0;  ///< number of the one that runs; 0: none
    std::uint64_t checks_made_ = 0;

    FrameReader frames_;
    OutgoingFrames outgoing_;
    bool waits_to_write_ = false;

    std::optional<Clock::time_point> stream_ends_;  ///< set for a stream
    Clock::time_point due_;                         ///< of the handshake, or of the end
    Clock::time_point next_check_;
    Clock::time_point heard_at_;
    Clock::time_point pinged_at_;
    Clock::time_point sent_at_;
    Clock::time_point window_start_;
    std::size_t messages_in_window_ = 0;
};

/// What a person's pages hear: `user:ID` and `tenant:ID`, or `staff` and `staff:ID`. Empty for
/// who has no pages on this site.
[[nodiscard]] std::vector<std::string> channels_of(sdk::Site site, const sdk::Identity& identity);

}  // namespace whatsflow::realtime
