/// \file
/// Events: facts in the past tense that a plugin may need to know.
///
/// An event is a plain struct with a name, a version and a list of its fields:
///
///     /// A visitor sent the contact form.
///     struct ContactMessageReceived {
///         static constexpr EventType kType{"landing.contact_message_received", 1};
///         std::string message_id;
///         std::string topic;
///         static constexpr auto fields() {
///             return std::make_tuple(field("message_id", &ContactMessageReceived::message_id),
///                                    field("topic", &ContactMessageReceived::topic));
///         }
///     };
///
///     publish(host.events(), ContactMessageReceived{id, topic});
///     subscription_ = subscribe<ContactMessageReceived>(
///         host.events(), [this](const ContactMessageReceived& event, const Envelope&) { … });
///
/// Publishing never blocks and never throws. Each subscription has its own bounded queue
/// and handles one event at a time, in order. If you need an answer, call a service
/// instead; if nothing may be lost, record the event in the outbox (outbox.hpp).
#pragma once

#include <whatsflow/sdk/id.hpp>
#include <whatsflow/sdk/registration.hpp>
#include <whatsflow/sdk/result.hpp>
#include <whatsflow/sdk/time.hpp>

#include <nlohmann/json.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>

namespace whatsflow::sdk {

struct EventType {
    std::string_view name;  ///< `<plugin>.<fact_in_past_tense>`
    unsigned version = 1;

    std::string text() const { return std::string(name) + "/" + std::to_string(version); }
};

/// One field of an event: its name in JSON and where it is.
template <class Event, class T>
struct EventField {
    std::string_view name;
    T Event::*member;
};

template <class Event, class T>
constexpr EventField<Event, T> field(std::string_view name, T Event::*member) {
    return {name, member};
}

/// An event on its way. Immutable and shared between subscribers.
struct Envelope {
    std::string id;    ///< UUID v7; subscribers recognise repeats by it
    EventType type;    ///< the text lives in the publisher's library, which is never unloaded
    std::uint64_t layout = 0;  ///< hash of the field list: equal means the struct is the same
    TenantId tenant;   ///< empty for platform events
    Instant occurred_at{};
    std::string publisher;  ///< plugin id, filled by the host
    unsigned hop = 0;       ///< how many events led to this one, filled by the host
    std::shared_ptr<const void> object;
    nlohmann::json (*to_json)(const void* object) = nullptr;

    nlohmann::json json() const { return to_json && object ? to_json(object.get()) : nlohmann::json{}; }
};

enum class Overflow {
    drop_oldest,  ///< the newest facts matter: live views, analytics
    drop_newest,  ///< the first facts matter
};

struct SubscriptionOptions {
    std::size_t capacity = 1024;  ///< events waiting for this subscription
    Overflow overflow = Overflow::drop_oldest;
};

/// The bus inside the process. [thread-safe]
class EventBus {
public:
    using Handler = std::function<void(const std::shared_ptr<const Envelope>&)>;

    /// Never blocks. Errors: `events.too_deep` when events caused each other more than 16
    /// times over, `events.closed` while the host stops.
    virtual Result<void> publish(Envelope envelope) noexcept = 0;

    /// Handlers run on the host's event threads, one event at a time per subscription, in
    /// the order of publication. Only in start().
    virtual Registration subscribe(std::string_view event, const SubscriptionOptions& options, Handler handler) = 0;

protected:
    virtual ~EventBus();
};

namespace detail {

constexpr std::uint64_t fnv1a(std::string_view text, std::uint64_t hash = 14695981039346656037ull) {
    for (char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ull;
    return hash;
}

template <class T>
struct FieldCodec {
    static nlohmann::json write(const T& value) { return value; }
    static void read(const nlohmann::json& json, T& value) { value = json.get<T>(); }
};
template <class Tag>
struct FieldCodec<Id<Tag>> {
    static nlohmann::json write(const Id<Tag>& value) { return value.text(); }
    static void read(const nlohmann::json& json, Id<Tag>& value) { value = Id<Tag>{json.get<std::string>()}; }
};
template <>
struct FieldCodec<Instant> {
    static nlohmann::json write(const Instant& value) { return to_micros(value); }
    static void read(const nlohmann::json& json, Instant& value) { value = from_micros(json.get<std::int64_t>()); }
};

template <class Event>
constexpr std::uint64_t layout_of() {
    std::uint64_t hash = fnv1a(Event::kType.name, Event::kType.version + sizeof(Event));
    std::apply([&](const auto&... fields) { ((hash = fnv1a(fields.name, hash)), ...); }, Event::fields());
    return hash;
}

template <class Event>
nlohmann::json event_to_json(const void* object) {
    const auto& event = *static_cast<const Event*>(object);
    nlohmann::json json = nlohmann::json::object();
    std::apply(
        [&](const auto&... fields) {
            ((json[std::string(fields.name)] =
                  FieldCodec<std::remove_cvref_t<decltype(event.*(fields.member))>>::write(event.*(fields.member))),
             ...);
        },
        Event::fields());
    return json;
}

template <class Event>
Event event_from_json(const nlohmann::json& json) {
    Event event{};
    std::apply(
        [&](const auto&... fields) {
            auto read_one = [&](const auto& field) {
                auto found = json.find(std::string(field.name));
                if (found == json.end()) return;  // a field added later keeps its default
                using T = std::remove_cvref_t<decltype(event.*(field.member))>;
                FieldCodec<T>::read(*found, event.*(field.member));
            };
            (read_one(fields), ...);
        },
        Event::fields());
    return event;
}

}  // namespace detail

/// Wraps an event for the bus or the outbox.
template <class Event>
Envelope make_envelope(Event event, TenantId tenant = {}) {
    Envelope envelope;
    envelope.type = Event::kType;
    envelope.layout = detail::layout_of<Event>();
    envelope.tenant = std::move(tenant);
    envelope.object = std::make_shared<const Event>(std::move(event));
    envelope.to_json = &detail::event_to_json<Event>;
    return envelope;
}

template <class Event>
Result<void> publish(EventBus& bus, Event event, TenantId tenant = {}) {
    return bus.publish(make_envelope(std::move(event), std::move(tenant)));
}

/// Reads the typed event out of an envelope, through JSON when the publisher was built with
/// another layout of the same version. Throws when it cannot be read, which the bus counts
/// as a fault of the subscription, not of the publisher.
template <class Event>
Event read_event(const Envelope& envelope) {
    if (envelope.layout == detail::layout_of<Event>() && envelope.object)
        return *static_cast<const Event*>(envelope.object.get());
    return detail::event_from_json<Event>(envelope.json());
}

template <class Event, class Handler>
Registration subscribe(EventBus& bus, Handler handler, const SubscriptionOptions& options = {}) {
    return bus.subscribe(Event::kType.text(), options,
                         [handler = std::move(handler)](const std::shared_ptr<const Envelope>& envelope) {
                             if (envelope->layout == detail::layout_of<Event>() && envelope->object)
                                 handler(*static_cast<const Event*>(envelope->object.get()), *envelope);
                             else
                                 handler(read_event<Event>(*envelope), *envelope);
                         });
}

}  // namespace whatsflow::sdk
