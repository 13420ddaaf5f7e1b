#include "realtime/frames.hpp"

#include "web/target.hpp"

namespace whatsflow::realtime {
namespace {

std::uint8_t byte_at(std::string_view bytes, std::size_t index) {
    return static_cast<std::uint8_t>(bytes[index]);
}

bool is_control(Opcode opcode) {
    return static_cast<std::uint8_t>(opcode) >= 8;
}

bool may_be_sent(std::uint16_t code) {
    if (code >= 3000 && code <= 4999) return true;
    return code >= 1000 && code <= 1014 && code != 1004 && code != 1005 && code != 1006;
}

std::optional<Violation> check_close(std::string_view payload) {
    if (payload.empty()) return std::nullopt;
    if (payload.size() == 1 || !may_be_sent(code_of_close(payload)))
        return Violation{close_code::kProtocol, "bad close code"};
    if (!web::is_utf8(payload.substr(2))) return Violation{close_code::kNotText, "close reason is not UTF-8"};
    return std::nullopt;
}

}  // namespace

struct FrameReader::Header {
    bool last = false;
    std::uint8_t reserved = 0;
    Opcode opcode = Opcode::continuation;
    bool masked = false;
    std::uint64_t length = 0;
    bool shortest = true;  ///< the length is spelt in as few bytes as it can
    std::size_t mask_at = 0;

    [[nodiscard]] std::size_t size() const { return mask_at + (masked ? 4 : 0); }

    /// Nothing while the header is not complete.
    static std::optional<Header> read(std::string_view bytes) {
        if (bytes.size() < 2) return std::nullopt;
        Header header;
        const auto first = byte_at(bytes, 0);
        const auto second = byte_at(bytes, 1);
        header.last = (first & 0x80) != 0;
        header.reserved = first & 0x70;
        header.opcode = static_cast<Opcode>(first & 0x0f);
        header.masked = (second & 0x80) != 0;
        header.length = second & 0x7f;
        const std::size_t more = header.length == 127 ? 8 : header.length == 126 ? 2 : 0;
        header.mask_at = 2 + more;
        if (bytes.size() < header.size()) return std::nullopt;
        if (more > 0) {
            header.length = 0;
            for (std::size_t i = 0; i < more; ++i) header.length = header.length << 8 | byte_at(bytes, 2 + i);
            header.shortest = more == 2 ? header.length > 125 : header.length > 0xffff;
        }
        return header;
    }
};

std::optional<Violation> FrameReader::check(const Header& header) const {
    const auto wrong = [](std::string_view reason) { return Violation{close_code::kProtocol, reason}; };
    if (header.reserved != 0) return wrong("reserved bits are set");
    if (!header.masked) return wrong("frame is not masked");
    if (!header.shortest) return wrong("length is not minimal");
    switch (header.opcode) {
        case Opcode::continuation:
            if (!message_opcode_) return wrong("nothing to continue");
            break;
        case Opcode::text:
        case Opcode::binary:
            if (message_opcode_) return wrong("message is not finished");
            break;
        case Opcode::close:
        case Opcode::ping:
        case Opcode::pong:
            if (!header.last || header.length > 125) return wrong("control frame is too long");
            return std::nullopt;
        default: return wrong("unknown opcode");
    }
    if (header.length > most_bytes_ - message_.size()) return Violation{close_code::kTooBig, "message is too long"};
    return std::nullopt;
}

std::variant<NeedMore, Incoming, Violation> FrameReader::next() {
    while (true) {
        const auto header = Header::read(input_);
        if (!header) return NeedMore{};
        if (auto violation = check(*header)) return *violation;
        const auto whole = header->size() + static_cast<std::size_t>(header->length);
        if (input_.size() < whole) return NeedMore{};
        auto payload = input_.substr(header->size(), static_cast<std::size_t>(header->length));
        for (std::size_t i = 0; i < payload.size(); ++i)
            payload[i] = static_cast<char>(payload[i] ^ input_[header->mask_at + i % 4]);
        input_.erase(0, whole);
        if (input_.empty()) input_ = std::string();  // an idle connection keeps no buffer
        auto finished = finish(*header, std::move(payload));
        if (!std::holds_alternative<NeedMore>(finished)) return finished;
    }
}

std::variant<NeedMore, Incoming, Violation> FrameReader::finish(const Header& header, std::string payload) {
    if (is_control(header.opcode)) {
        if (header.opcode == Opcode::close)
            if (auto violation = check_close(payload)) return *violation;
        return Incoming{header.opcode, std::move(payload)};
    }
    if (!message_opcode_) message_opcode_ = header.opcode;
    message_ += payload;
    if (!header.last) return NeedMore{};
    Incoming incoming{*message_opcode_, std::exchange(message_, {})};
    message_opcode_.reset();
    if (incoming.opcode == Opcode::text && !web::is_utf8(incoming.payload))
        return Violation{close_code::kNotText, "text is not UTF-8"};
    return incoming;
}

Frame make_frame(Opcode opcode, std::string_view payload) {
    std::string frame;
    frame.reserve(payload.size() + 10);
    frame += static_cast<char>(0x80 | static_cast<std::uint8_t>(opcode));
    const auto length = static_cast<std::uint64_t>(payload.size());
    const auto spell = [&](int bytes) {
        for (int i = bytes - 1; i >= 0; --i) frame += static_cast<char>(length >> (8 * i) & 0xff);
    };
    if (length < 126) {
        frame += static_cast<char>(length);
    } else if (length <= 0xffff) {
        frame += static_cast<char>(126);
        spell(2);
    } else {
        frame += static_cast<char>(127);
        spell(8);
    }
    frame += payload;
    return std::make_shared<const std::string>(std::move(frame));
}

Frame make_close(std::uint16_t code, std::string_view reason) {
    std::string payload{static_cast<char>(code >> 8), static_cast<char>(code & 0xff)};
    payload += reason.substr(0, 123);
    return make_frame(Opcode::close, payload);
}

std::uint16_t code_of_close(std::string_view payload) {
    if (payload.size() < 2) return close_code::kNormal;
    return static_cast<std::uint16_t>(byte_at(payload, 0) << 8 | byte_at(payload, 1));
}

}  // namespace whatsflow::realtime
