#include "event.hpp"

namespace whatsflow::analytics {
namespace {

/// The order of the fields in the packed form. New ones go to the end: what an older program left
/// in the spool is read with their defaults.
template <class Self, class Visit>
void each_field(Self& event, Visit&& visit) {
    visit(event.site), visit(event.id), visit(event.id_is_senders), visit(event.occurred_at);
    visit(event.received_at), visit(event.name), visit(event.visitor), visit(event.person);
    visit(event.is_web), visit(event.session), visit(event.hostname), visit(event.path);
    visit(event.source), visit(event.medium), visit(event.campaign), visit(event.country);
    visit(event.browser), visit(event.system), visit(event.device), visit(event.language);
    visit(event.bot), visit(event.consented), visit(event.revenue), visit(event.currency);
    visit(event.properties);
}

struct Packer {
    std::string out{};

    void number(std::uint64_t value) {
        while (value >= 0x80) {
            out += static_cast<char>(0x80 | (value & 0x7f));
            value >>= 7;
        }
        out += static_cast<char>(value);
    }
    void operator()(std::int64_t value) {
        number(static_cast<std::uint64_t>(value) << 1 ^ static_cast<std::uint64_t>(value >> 63));
    }
    void operator()(bool value) { out += value ? '\1' : '\0'; }
    void operator()(const std::string& text) {
        number(text.size());
        out += text;
    }
};

struct Unpacker {
    std::string_view rest;
    bool good = true;

    std::uint64_t number() {
        std::uint64_t value = 0;
        for (unsigned shift = 0; shift < 64; shift += 7) {
            if (rest.empty()) break;
            const auto byte = static_cast<unsigned char>(rest.front());
            rest.remove_prefix(1);
            value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
            if (byte < 0x80) return value;
        }
        good = false;
        return 0;
    }
    bool done() const { return !good || rest.empty(); }
    void operator()(std::int64_t& value) {
        if (done()) return;
        const auto raw = number();
        value = static_cast<std::int64_t>(raw >> 1) ^ -static_cast<std::int64_t>(raw & 1);
    }
    void operator()(bool& value) {
        if (done()) return;
        value = rest.front() != '\0';
        rest.remove_prefix(1);
    }
    void operator()(std::string& text) {
        if (done()) return;
        const auto size = number();
        if (!good || size > rest.size()) {
            good = false;
            return;
        }
        text = rest.substr(0, size);
        rest.remove_prefix(size);
    }
};

}  // namespace

std::string pack(const Event& event) {
    Packer packer;
    packer.out.reserve(256 + event.properties.size());
    each_field(event, packer);
    return std::move(packer.out);
}

std::optional<Event> unpack(std::string_view bytes) {
    Event event;
    Unpacker unpacker{bytes};
    each_field(event, unpacker);
    if (!unpacker.good || event.id.size() != 16) return std::nullopt;
    return event;
}

std::string cut(std::string_view text, std::size_t most) {
    if (text.size() > most) {
        while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xc0) == 0x80) --most;
        text = text.substr(0, most);
    }
    std::string kept(text);
    std::erase(kept, '\0');
    return kept;
}

}  // namespace whatsflow::analytics
