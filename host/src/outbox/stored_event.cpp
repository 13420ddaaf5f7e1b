#include "outbox/stored_event.hpp"

#include <mutex>
#include <set>

namespace whatsflow::outbox {
namespace {

/// Envelope::type points at a text that lives for ever. There are as many as there are names
/// of events with a subscriber.
std::string_view kept_for_ever(std::string_view name) {
    static std::mutex mutex;
    static auto* const names = new std::set<std::string, std::less<>>();
    std::lock_guard lock(mutex);
    const auto known = names->find(name);
    return known != names->end() ? *known : *names->emplace(name).first;
}

sdk::EventType type_of(const std::string& text) {
    const auto slash = text.rfind('/');
    if (slash == std::string::npos) return {kept_for_ever(text), 1};
    const auto version = std::strtoul(text.c_str() + slash + 1, nullptr, 10);
    return {kept_for_ever(std::string_view(text).substr(0, slash)), static_cast<unsigned>(version)};
}

}  // namespace

StoredEvent read_stored_event(const sdk::Row& row) {
    StoredEvent event;
    event.id = row.text("id");
    event.position = row.is_null("position") ? 0 : row.integer("position");
    event.type = row.text("type");
    event.tenant = row.text("tenant");
    event.publisher = row.text("publisher");
    event.hop = static_cast<unsigned>(row.integer("hop"));
    event.occurred_at = sdk::from_micros(row.integer("occurred_at"));
    event.body = row.text("body");
    return event;
}

sdk::Result<sdk::Envelope> to_envelope(const StoredEvent& event) {
    auto body = nlohmann::json::parse(event.body, nullptr, false);
    if (body.is_discarded()) return sdk::fail("outbox.unreadable", "The stored event is not JSON.");
    sdk::Envelope envelope;
    envelope.id = event.id;
    envelope.type = type_of(event.type);
    envelope.tenant = sdk::TenantId{event.tenant};
    envelope.occurred_at = event.occurred_at;
    envelope.publisher = event.publisher;
    envelope.hop = event.hop;
    envelope.object = std::make_shared<const nlohmann::json>(std::move(body));
    envelope.to_json = [](const void* object) { return *static_cast<const nlohmann::json*>(object); };
    return envelope;
}

}  // namespace whatsflow::outbox
