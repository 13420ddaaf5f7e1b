#include "flags_plugin.hpp"

#include "commands.hpp"

namespace whatsflow::flags {
namespace {

/// A change is served within a second.
constexpr sdk::Milliseconds kRefreshEvery{250};

void refresh(sdk::Host& host, Board& board) {
    if (auto done = board.refresh(); !done)
        host.log().warn("flags stay as they were", {{"code", done.error().code}, {"message", done.error().message}});
}

}  // namespace

sdk::Result<void> FlagsPlugin::start(sdk::Host& host, const sdk::Config&) {
    store_.emplace(host);
    board_.emplace(host, *store_);
    refresh(host, *board_);
    refreshing_ = host.every(kRefreshEvery, [this, &host] { refresh(host, *board_); });
    return register_commands(host, *store_);
}

void FlagsPlugin::stop() noexcept {
    refreshing_.release();
    board_.reset();
    store_.reset();
}

}  // namespace whatsflow::flags
