#include "net/client.hpp"

#include "net/destination.hpp"
#include "net/request_head.hpp"
#include "net/response_parser.hpp"
#include "net/tls_context.hpp"
#include "net/transport_error.hpp"

#include <array>
#include <map>

namespace whatsflow::net {
namespace {

using Kind = TransportError::Kind;
using Answer = sdk::Result<sdk::IncomingResponse>;

/// Gives the place back however the call ends.
class Occupied {
public:
    explicit Occupied(Destination& destination) : destination_(destination) {}
    ~Occupied() { destination_.vacate(); }
    Occupied(const Occupied&) = delete;
    Occupied& operator=(const Occupied&) = delete;

private:
    Destination& destination_;
};

sdk::Error not_sent(std::string why) {
    return sdk::fail("net.not_sent", std::move(why));
}

sdk::Error unknown(const Url& url, const std::string& why) {
    return sdk::fail("net.unknown", "the request was sent to " + url.host + ", but its fate is unknown: " + why);
}

sdk::Error before_sending(const TransportError& problem, const Url& url) {
    if (problem.kind() == Kind::certificate) return sdk::fail("net.certificate", problem.what());
    if (problem.kind() == Kind::timed_out) return not_sent(url.host + " was not reached before the deadline");
    return not_sent(problem.what());
}

/// The answers of a test's names, as addresses. Empty stays empty: the system is asked.
std::function<Resolver::Addresses(const std::string&)> addresses_of(
    std::function<std::vector<std::string>(const std::string&)> look_up) {
    if (!look_up) return {};
    return [look_up = std::move(look_up)](const std::string& host) {
        Resolver::Addresses addresses;
        for (const auto& text : look_up(host)) addresses.emplace_back(text);
        return addresses;
    };
}

/// One request on one connection.
struct Exchange {
    enum class End { answered, lost, failed };
    End end = End::failed;  ///< lost: the connection turned out to be dead, without a byte of an answer
    std::optional<Answer> answer;
    bool reusable = false;
};

Exchange exchange(Connection& connection, const std::string& head, const sdk::OutgoingRequest& request, const Url& url,
                  Deadline deadline) {
    ResponseParser parser{request.method == sdk::Method::head, request.max_response_bytes};
    try {
        connection.write(head, deadline);
        connection.write(request.body, deadline);
        std::array<char, 16 * 1024> buffer{};
        while (true) {
            const auto received = connection.read(buffer.data(), buffer.size(), deadline);
            const auto progress = received == 0 ? parser.end_of_stream() : parser.feed({buffer.data(), received});
            switch (progress) {
                case ResponseParser::Progress::more: continue;
                case ResponseParser::Progress::complete:
                    return {Exchange::End::answered, Answer{parser.take()}, parser.reusable() && received > 0};
                case ResponseParser::Progress::too_large:
                    return {
                        Exchange::End::answered,
                        Answer{sdk::fail("net.too_large", "the answer of " + url.host + " is larger than " +
                                                              std::to_string(request.max_response_bytes) + " bytes")},
                        false};
                case ResponseParser::Progress::malformed: break;
            }
            if (received == 0 && !parser.anything_received()) {
                return {Exchange::End::lost, Answer{unknown(url, "the connection was closed without an answer")},
                        false};
            }
            return {Exchange::End::failed, Answer{unknown(url, "its answer is incomplete or not HTTP")}, false};
        }
    } catch (const TransportError& problem) {
        const bool lost = problem.kind() == Kind::disconnected && !parser.anything_received();
        return {lost ? Exchange::End::lost : Exchange::End::failed, Answer{unknown(url, problem.what())}, false};
    }
}

}  // namespace

class Client::Impl {
public:
    explicit Impl(ClientOptions options)
        : options_(std::move(options)),
          resolver_({.look_up = addresses_of(options_.look_up), .now = options_.now}),
          dialling_{{options_.allow_private_addresses ? PrivateAddresses::allowed : PrivateAddresses::refused},
                    std::make_shared<ClientContext>(options_.extra_ca_file),
                    resolver_,
                    options_.connect_timeout},
          dialling_outside_(dialling_) {
        dialling_outside_.policy.private_addresses = PrivateAddresses::refused;
        if (!options_.now) options_.now = [] { return std::chrono::steady_clock::now(); };
    }

    Answer send(const sdk::CallContext& context, const sdk::OutgoingRequest& request, std::string& destination_name) {
        const auto url = read_url(request.url);
        if (!url) return url.error();
        destination_name = url->authority();
        const auto head = make_request_head(context, request, *url);
        if (!head) return head.error();
        if (context.expired()) return not_sent("the deadline had passed before " + url->host + " was called");

        const auto destination = find_destination((url->secure ? "https " : "http ") + destination_name +
                                                  // An idle connection must have been judged by the same rule.
                                                  (request.public_only ? " outside" : ""));
        if (!destination->try_occupy()) {
            return not_sent("too many calls to " + url->host + " are under way; try again later");
        }
        const Occupied occupied{*destination};
        if (!destination->breaker().try_enter(options_.now())) {
            return not_sent(url->host + " failed several times in a row; calls are paused for a moment");
        }
        return guarded(context, request, *url, *head, *destination);
    }

    const std::function<void(const CallRecord&)>& finished() const { return options_.finished; }

private:
    /// Whatever happens, the breaker hears about it once.
    Answer guarded(const sdk::CallContext& context, const sdk::OutgoingRequest& request, const Url& url,
                   const std::string& head, Destination& destination) {
        const auto deadline = std::min(context.deadline, std::chrono::steady_clock::now() + options_.longest_call);
        bool ours = false;
        try {
            auto answer = call(request, url, head, destination, deadline, ours);
            const bool reached = answer || answer.error().code == "net.too_large";
            if (reached)
                destination.breaker().succeeded();
            else if (ours)
                destination.breaker().abandoned();
            else
                destination.breaker().failed(options_.now());
            return answer;
        } catch (const std::exception& problem) {
            destination.breaker().failed(options_.now());
            return unknown(url, problem.what());
        }
    }

    Answer call(const sdk::OutgoingRequest& request, const Url& url, const std::string& head, Destination& destination,
                Deadline deadline, bool& ours) {
        bool may_have_arrived = false;
        if (auto kept = destination.take_idle(options_.now())) {
            auto first = exchange(*kept, head, request, url, deadline);
            if (first.end != Exchange::End::lost || !request.repeatable) {
                return finish(std::move(first), *std::move(kept), destination);
            }
            may_have_arrived = true;
        }
        try {
            auto fresh = Connection::open(url, request.public_only ? dialling_outside_ : dialling_,
                                          destination.session(options_.now()), deadline);
            auto result = exchange(fresh, head, request, url, deadline);
            return finish(std::move(result), std::move(fresh), destination);
        } catch (const TransportError& problem) {
            ours = problem.kind() == Kind::forbidden;
            return may_have_arrived ? unknown(url, problem.what()) : before_sending(problem, url);
        }
    }

    Answer finish(Exchange result, Connection connection, Destination& destination) {
        // Only a peer that proved who it is and answered is worth remembering.
        if (result.end == Exchange::End::answered)
            destination.keep_session(connection.session(), connection.handshake(), options_.now());
        if (result.reusable) destination.keep_idle(std::move(connection), options_.now());
        return *std::move(result.answer);
    }

    std::shared_ptr<Destination> find_destination(const std::string& name) {
        constexpr std::size_t many = 512;
        const std::lock_guard lock{mutex_};
        auto& destination = destinations_[name];
        if (destination) return destination;
        destination = std::make_shared<Destination>(DestinationLimits{.most_calls = options_.most_calls_per_destination,
                                                                      .idle_for = options_.idle_for,
                                                                      .failures_to_open = options_.failures_to_open,
                                                                      .open_for = options_.open_for});
        auto result = destination;
        if (destinations_.size() > many) {
            const auto now = options_.now();
            std::erase_if(destinations_, [&](const auto& entry) {
                return entry.second != result && entry.second.use_count() == 1 && entry.second->is_forgettable(now);
            });
        }
        return result;
    }

    ClientOptions options_;
    Resolver resolver_;
    const Dialling dialling_;
    Dialling dialling_outside_;
    std::mutex mutex_;
    std::map<std::string, std::shared_ptr<Destination>> destinations_;
};

Client::Client(ClientOptions options) : impl_(std::make_unique<Impl>(std::move(options))) {}

Client::~Client() = default;

Answer Client::send(const sdk::CallContext& context, const sdk::OutgoingRequest& request) {
    const auto started = std::chrono::steady_clock::now();
    CallRecord record;
    auto answer = impl_->send(context, request, record.destination);
    if (impl_->finished()) {
        record.outcome = answer ? "ok" : answer.error().code;
        record.status = answer ? answer->status : 0;
        record.duration =
            std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - started);
        impl_->finished()(record);
    }
    return answer;
}

}  // namespace whatsflow::net
