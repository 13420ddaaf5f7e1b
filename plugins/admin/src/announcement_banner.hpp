/// \file
/// Announcements as a line above the pages of the app, until the reader puts them away.
#pragma once

#include "announcements.hpp"
#include "panel.hpp"

#include <mutex>

namespace whatsflow::admin {

/// The line is on every page of the app, so what is shown now is read once in a few seconds.
class AnnouncementBanner {
public:
    explicit AnnouncementBanner(Panel& panel) : panel_(panel), announcements_(panel.host.database()) {}

    sdk::Result<void> contribute();
    sdk::Result<sdk::View> draw(const sdk::Request& request);
    sdk::Response dismiss(const sdk::Request& request);
    /// Something was changed: read again.
    void forget();

private:
    sdk::Result<std::vector<Announcement>> shown_now(const sdk::CallContext& context);
    Reader reader_of(const sdk::CallContext& context, const sdk::TenantId& tenant,
                     const std::vector<Announcement>& shown);

    Panel& panel_;
    Announcements announcements_;
    std::mutex mutex_;
    std::optional<sdk::Instant> read_at_;
    std::vector<Announcement> known_;
};

}  // namespace whatsflow::admin
