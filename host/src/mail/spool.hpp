/// \file
/// The mails in the database: stored before anybody tries to send them, lent to one sender at a
/// time, settled once.
///
///     spool.add(context, mail, Spool::First::queued);
///     for (auto& lent : *spool.lend(context, 10)) spool.settle(context, lent, outcome);
///
/// Several hosts share one spool. A lease that ran out (its host died) is lent again.
#pragma once

#include "mail/stored_mail.hpp"

#include <whatsflow/sdk/database.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace whatsflow::mail {

struct LentMail {
    StoredMail mail;
    std::string lease;
};

/// How an attempt left the mail.
struct Settlement {
    enum class State { queued, sent, failed };
    State state = State::queued;
    std::string error{};
    sdk::Instant due_at{};  ///< when queued: not before
    bool attempted = true;  ///< false: the server was not there, which is not the mail's fault
};

/// [thread-safe]
class Spool {
public:
    enum class First { kept, queued };

    Spool(sdk::Database& database, const sdk::Clock& clock, std::chrono::seconds lease)
        : database_(database), clock_(clock), lease_(lease) {}

    /// The id of the mail with this key, when there is one.
    sdk::Result<std::optional<std::string>> find_key(const sdk::CallContext& context, const std::string& key);
    /// False when the key was taken meanwhile.
    sdk::Result<bool> add(const sdk::CallContext& context, const StoredMail& mail, First first);
    sdk::Result<std::vector<LentMail>> lend(const sdk::CallContext& context, int most);
    /// False when the lease is not ours any more: somebody else has settled it.
    sdk::Result<bool> settle(const sdk::CallContext& context, const LentMail& lent, const Settlement& settlement);
    sdk::Result<std::optional<StoredMail>> load(const sdk::CallContext& context, const std::string& id);
    /// Removes mails that are not waiting and older than `before`; how many.
    sdk::Result<std::int64_t> forget(const sdk::CallContext& context, sdk::Instant before, int most);

private:
    sdk::Result<void> load_pieces(const sdk::CallContext& context, StoredMail& mail);

    sdk::Database& database_;
    const sdk::Clock& clock_;
    const std::chrono::seconds lease_;
};

/// `{to|cc|bcc, address, name, fate}` each; and back.
std::string recipients_to_json(const std::vector<Recipient>& recipients);
std::vector<Recipient> recipients_from_json(const std::string& text);

}  // namespace whatsflow::mail
