#include "store_in_use.hpp"

namespace whatsflow::analytics {

sdk::Result<std::vector<AnalyticsPart>> StoreInUse::by_day(const sdk::CallContext& context, const Asked& asked,
                                                           const TimeZone& zone) const {
    std::vector<AnalyticsPart> all;
    auto day = zone.day_of(asked.from);
    for (auto start = zone.start_of(day); start < asked.to;) {
        auto end = zone.start_of(++day);
        // Days of the usual length are asked for together.
        const bool is_usual = end - start == kDay;
        while (is_usual && end < asked.to) {
            const auto next = zone.start_of(day + 1);
            if (next - end != kDay) break;
            end = next;
            ++day;
        }
        auto of_these = asked;
        of_these.from = std::max(asked.from, start);
        of_these.to = std::min(asked.to, end);
        if (is_usual) {
            const auto parts = by_time(context, of_these, kDay, start % kDay);
            if (!parts) return parts.error();
            all.insert(all.end(), parts->begin(), parts->end());
        } else {
            const auto tally = total(context, of_these);
            if (!tally) return tally.error();
            if (tally->events > 0 || tally->visits > 0) all.push_back({start, 0, {}, *tally});
        }
        start = end;
    }
    return all;
}

}  // namespace whatsflow::analytics
