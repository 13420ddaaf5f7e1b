/// \file
/// DRAFT: may change in any release; the id stays when it becomes stable.
///
/// A channel carries WhatsApp messages: the Cloud API, a gateway paired by QR code, or a
/// simulator. The host's messaging owns queues, throttling, dedupe, the 24 hour window and
/// metering; a channel translates and keeps no state but the credentials given per call.
#pragma once

#include <whatsflow/sdk/call_context.hpp>
#include <whatsflow/sdk/http.hpp>
#include <whatsflow/sdk/money.hpp>
#include <whatsflow/sdk/secret.hpp>
#include <whatsflow/sdk/service.hpp>
#include <whatsflow/sdk/time.hpp>

#include <nlohmann/json.hpp>

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace whatsflow::sdk::draft {

struct ChannelCapabilities {
    bool templates = false;
    bool window_24h = false;               ///< free text only within 24 hours of the customer's last message
    std::vector<std::string> media;        ///< `image`, `video`, `audio`, `document`, `sticker`
    std::vector<std::string> interactive;  ///< `buttons`, `list`, `cta`
    bool reactions = false;
    bool edit = false;
    bool revoke = false;
    bool typing = false;
    bool read_receipts = false;
    bool groups = false;
    bool number_check = false;
    bool qr_pairing = false;
    bool history_sync = false;
    bool pricing_events = false;
    bool native_optout = false;
    double max_messages_per_second = 1.0;
    Milliseconds pair_interval{0};  ///< shortest pause between two messages to one person
    std::size_t text_max = 4096;    ///< bytes of a text
};

/// One name of a person: the same person may have several, and they change.
struct ChannelIdentity {
    enum class Kind { phone, user_id, group };
    Kind kind = Kind::phone;
    std::string value;  ///< E.164 with `+` for a phone, else as the channel writes it
};

/// A paired number. Credentials come with every call and are not kept.
struct ChannelDevice {
    std::string id;                               ///< ours
    std::map<std::string, std::string> settings;  ///< `phone_number_id`, `base_url`
    std::map<std::string, Secret> credentials;    ///< `access_token`, `app_secret`
};

enum class SessionState { disconnected, pairing, connecting, connected, refused };

struct ChannelSession {
    SessionState state = SessionState::disconnected;
    std::string qr;  ///< text of the QR code while pairing
    std::string pairing_code;
    std::optional<Instant> expires_at;
    std::optional<Instant> last_event_at;  ///< an open line that says nothing is not alive
    std::string reason;
};

struct OutMessage {
    std::string client_ref;  ///< ours; the same at every attempt
    std::vector<ChannelIdentity> to;
    std::string kind;  ///< `text`, `template`, `image`, `interactive`, `reaction`, `location`, …
    nlohmann::json content = nlohmann::json::object();
    std::string quote;  ///< provider_message_id that is answered
};

struct MessageAccepted {
    std::string provider_message_id;
    bool held = false;  ///< taken, but kept back by the provider's quality check
};

struct MessageRejected {
    enum class Class {
        invalid,         ///< this message can never be sent
        recipient,       ///< this person cannot be reached on this channel
        window_closed,   ///< a template is needed
        throttled,       ///< later, see retry_after
        account,         ///< the number or account is blocked or unpaid: stop the queue
        authentication,  ///< credentials: stop the queue
        transient,       ///< nothing happened; retry
        unknown,         ///< may have been sent; do not retry blindly
    };
    Class reason = Class::unknown;
    std::string code;  ///< the provider's own
    std::optional<Milliseconds> retry_after;
    std::string detail;
};

using SendOutcome = std::variant<MessageAccepted, MessageRejected>;

enum class MessageState { accepted, sent, delivered, read, played, failed, deleted };

struct InboundMessage {
    std::string dedupe_key;
    std::string provider_message_id;
    std::vector<ChannelIdentity> from;
    std::string profile_name;
    Instant occurred_at{};
    std::string kind;
    nlohmann::json content = nlohmann::json::object();
    std::string quote;
    nlohmann::json referral = nullptr;  ///< the advertisement it came from
    bool echo = false;                  ///< sent by ourselves from another device
};
struct MessageStatus {
    std::string provider_message_id;
    std::string client_ref;
    MessageState state = MessageState::accepted;
    Instant occurred_at{};
    std::optional<MessageRejected> error;
    std::optional<Money> price;
};
struct SessionChanged {
    ChannelSession session;
};
struct TemplateChanged {
    std::string template_id;
    std::string status;  ///< `APPROVED`, `REJECTED`, `PAUSED`, …
    std::string reason;
};
struct AccountNotice {
    enum class Severity { info, warning, blocked };
    Severity severity = Severity::info;
    std::string text;
};
struct ConsentChanged {
    ChannelIdentity identity;
    std::string scope;  ///< `marketing`
    bool allowed = false;
};
struct IdentityChanged {
    ChannelIdentity before;
    ChannelIdentity after;
};

struct ChannelEvent {
    std::variant<InboundMessage, MessageStatus, SessionChanged, TemplateChanged, AccountNotice, ConsentChanged,
                 IdentityChanged>
        what;
    nlohmann::json raw = nullptr;  ///< as received, capped in size, secrets removed
};

/// A call of the provider to us. Verification and signature are the channel's business.
struct ChannelNotice {
    Method method = Method::post;
    Headers headers;
    std::string body;  ///< raw bytes
    Fields query;
    Instant received_at{};
};

struct IngestOutcome {
    int status = 200;  ///< what to answer the provider
    std::string body;
    std::vector<ChannelEvent> events;  ///< empty when the notice was not proven
};

struct MediaContent {
    std::string content;  ///< raw bytes
    std::string content_type;
};

struct NumberCheck {
    std::string phone;
    bool exists = false;
    std::vector<ChannelIdentity> identities;
};

/// Provided with the property {"channel", "<name>"}.
/// [pool-thread or job-thread] Several threads at once. Error codes of the Result:
/// `channel.unsupported` (see capabilities), `net.…` (nothing is known of the provider).
class MessageChannel : public Service {
public:
    static constexpr ServiceId kId{"whatsflow.message_channel", 1};

    /// [any thread] From memory.
    virtual Result<ChannelCapabilities> capabilities() const = 0;

    virtual Result<ChannelSession> connect(const CallContext& context, const ChannelDevice& device) = 0;
    virtual Result<void> disconnect(const CallContext& context, const ChannelDevice& device) = 0;
    virtual Result<ChannelSession> status(const CallContext& context, const ChannelDevice& device) = 0;

    virtual Result<SendOutcome> send(const CallContext& context, const ChannelDevice& device,
                                     const OutMessage& message) = 0;

    /// [any thread; no I/O] Checks the signature over the raw bytes first.
    virtual Result<IngestOutcome> ingest(const ChannelDevice& device, const ChannelNotice& notice) const = 0;

    // The rest answers `channel.unsupported` until the capability is there.
    virtual Result<void> mark_read(const CallContext& context, const ChannelDevice& device,
                                   const std::string& provider_message_id, bool typing);
    virtual Result<std::string> upload_media(const CallContext& context, const ChannelDevice& device,
                                             const MediaContent& media);
    virtual Result<MediaContent> fetch_media(const CallContext& context, const ChannelDevice& device,
                                             const std::string& reference);
    virtual Result<std::vector<NumberCheck>> check_numbers(const CallContext& context, const ChannelDevice& device,
                                                           const std::vector<std::string>& phones);
    virtual Result<nlohmann::json> list_templates(const CallContext& context, const ChannelDevice& device);
    virtual Result<nlohmann::json> save_template(const CallContext& context, const ChannelDevice& device,
                                                 const nlohmann::json& definition);
    virtual Result<void> delete_template(const CallContext& context, const ChannelDevice& device,
                                         const std::string& template_id);

protected:
    ~MessageChannel() override;
};

}  // namespace whatsflow::sdk::draft
