/// \file
/// The notifications of people, as rows. Every call is for the tenant of its context.
#pragma once

#include <whatsflow/sdk/database.hpp>
#include <whatsflow/sdk/notifications.hpp>

#include <string>
#include <vector>

namespace whatsflow::app {

struct Notice {
    std::string id;
    std::string category;
    std::string title;
    std::string text;
    std::string path;
    sdk::Instant created_at{};
    bool read = false;
};

class Notices {
public:
    explicit Notices(sdk::Database& database) : database_(database) {}

    /// False when this person has this key already.
    sdk::Result<bool> add(const sdk::CallContext& context, const std::string& user,
                          const sdk::Notification& notification, sdk::Instant now);
    /// Newest first; only those older than the id `after` when it is given.
    sdk::Result<std::vector<Notice>> list(const sdk::CallContext& context, const std::string& user,
                                          const std::string& after, int limit);
    /// At most 100: the bell shows no more.
    sdk::Result<int> unread(const sdk::CallContext& context, const std::string& user);
    /// False when this person was told nothing with this id.
    sdk::Result<bool> mark_read(const sdk::CallContext& context, const std::string& user, const std::string& id,
                                sdk::Instant now);
    sdk::Result<void> mark_all_read(const sdk::CallContext& context, const std::string& user, sdk::Instant now);

private:
    sdk::Database& database_;
};

}  // namespace whatsflow::app
