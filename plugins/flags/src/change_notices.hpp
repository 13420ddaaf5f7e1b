/// \file
/// OFREP's change notices: where a program hears that the flags of its environment changed, and telling it.
/// What it hears says to ask again, nothing more.
#pragma once

#include <whatsflow/sdk/event_streams.hpp>
#include <whatsflow/sdk/host.hpp>

#include <mutex>

namespace whatsflow::flags {

/// [any thread]
class ChangeNotices {
public:
    /// Not `wanted`: nobody offers streams, as far as programs are told.
    ChangeNotices(sdk::Host& host, bool wanted)
        : clock_(host.clock()),
          streams_(wanted ? sdk::find_service<sdk::EventStreams>(host) : sdk::ServiceHandle<sdk::EventStreams>{}) {}

    /// The member `eventStreams` of a bulk answer, as JSON text; the same for a day. Empty where nobody offers streams.
    std::shared_ptr<const std::string> event_streams(const std::string& environment) const;
    void changed(const std::string& environment);

private:
    const sdk::Clock& clock_;
    sdk::ServiceHandle<sdk::EventStreams> streams_;
    mutable std::mutex mutex_;
    mutable std::int64_t day_ = 0;
    mutable std::map<std::string, std::shared_ptr<const std::string>, std::less<>> known_;  ///< of that day
};

}  // namespace whatsflow::flags
