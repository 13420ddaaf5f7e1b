// Proration of whole stories against an oracle that shares nothing with the engine: the calendar of the
// standard library, fractions that are never rounded before the end, and the rules as billing states them.
#include "test_stories.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <numeric>
#include <random>

namespace whatsflow::billing::scenario {
namespace {

using std::chrono::sys_days;
using std::chrono::year_month_day;
__extension__ using Whole = __int128;

/// An exact fraction in lowest terms.
struct Exact {
    Whole over = 0, under = 1;

    static Exact of(Whole over, Whole under = 1) {
        auto a = over < 0 ? -over : over, b = under;
        while (b != 0) a = std::exchange(b, a % b);
        return a == 0 ? Exact{0, 1} : Exact{over / a, under / a};
    }
    Exact times(Whole n, Whole d = 1) const { return of(over * n, under * d); }
    Exact times(const Exact& other) const { return of(over * other.over, under * other.under); }
    /// To the nearest whole number; exactly between two, away from zero.
    Amount rounded() const {
        const auto size = over < 0 ? -over : over;
        const auto whole = size / under, rest = size % under;
        const auto up = whole + (2 * rest >= under ? 1 : 0);
        return static_cast<Amount>(over < 0 ? -up : up);
    }
};

/// The n-th start of a period of so many months from an anchor: the last day where a month has no such day.
sys_days start_after(sys_days anchor, int months) {
    const year_month_day day{anchor};
    const auto month = std::chrono::year_month{day.year(), day.month()} + std::chrono::months{months};
    const year_month_day wanted{month.year(), month.month(), day.day()};
    return wanted.ok() ? sys_days{wanted} : sys_days{month / std::chrono::last};
}

struct Purchase {
    sys_days on{};
    Amount price = 0;
    std::int64_t quantity = 1;
};

/// A subscription, and changes of its price within one period, each at once and with the anchor kept.
struct Plot {
    std::string zone, tax, coupon, interval;
    int months = 1, whole_periods = 0;
    std::vector<Purchase> bought;

    std::string text_of(sys_days day) const {
        const year_month_day each{day};
        char text[16];
        std::snprintf(text, sizeof text, "%04d-%02u-%02u", static_cast<int>(each.year()),
                      static_cast<unsigned>(each.month()), static_cast<unsigned>(each.day()));
        return text;
    }
    std::string steps() const {
        nlohmann::json all = nlohmann::json::array();
        for (const auto& each : bought) {
            const bool first = all.empty();
            nlohmann::json step{{"at", text_of(each.on)},
                                {"do", first ? "subscribe" : "change_plan"},
                                {"plan", all.size() % 2 == 0 ? "starter" : "pro"},
                                {"interval", interval},
                                {"amount", each.price}};
            if (first) step["quantity"] = each.quantity;
            if (first && !coupon.empty()) step["coupon"] = coupon;
            if (!first) step["when"] = "now";
            all.push_back(std::move(step));
        }
        return all.dump();
    }
    std::string account() const { return nlohmann::json{{"timezone", zone}, {"tax_percent", tax}}.dump(); }
};

/// A charge as the oracle knows it: net of the coupon, and its tax.
struct Charged {
    Amount amount = 0, net = 0, tax = 0;
};

class Oracle {
public:
    explicit Oracle(const Plot& plot) : plot_(plot) {}

    /// The totals of the invoices, in order.
    std::vector<Amount> totals() {
        std::vector<Amount> all;
        const auto anchor = plot_.bought.front().on;
        Charged running;
        for (std::size_t at = 0; at < plot_.bought.size(); ++at) {
            const auto& bought = plot_.bought[at];
            // Periods that passed before the first change were billed whole.
            if (at == 1)
                for (int period = 1; period <= plot_.whole_periods; ++period) {
                    running = charged(at - 1, {1, 1});
                    all.push_back(running.net + running.tax);
                }
            const auto from = start_after(anchor, at == 0 ? 0 : plot_.whole_periods * plot_.months);
            const auto to = start_after(anchor, (at == 0 ? 1 : plot_.whole_periods + 1) * plot_.months);
            const auto part = Exact::of((to - bought.on).count(), (to - from).count());
            Amount total = 0;
            if (at > 0) total += credit_of(running, at - 1, part);
            running = charged(at, part);
            all.push_back(total + running.net + running.tax);
        }
        return all;
    }

private:
    Exact percent(const std::string& text) const {
        const auto dot = text.find('.');
        if (dot == std::string::npos) return Exact::of(std::stoll(text), 100);
        Whole scale = 100;
        for (auto at = dot + 1; at < text.size(); ++at) scale *= 10;
        return Exact::of(std::stoll(text.substr(0, dot) + text.substr(dot + 1)), scale);
    }
    Charged charged(std::size_t at, const Exact& part) const {
        const auto& bought = plot_.bought[at];
        Charged made;
        made.amount = part.times(bought.price).times(plot_.bought.front().quantity).rounded();
        made.net = made.amount;
        if (!plot_.coupon.empty()) made.net -= Exact::of(made.amount).times(20, 100).rounded();
        made.tax = Exact::of(made.net).times(percent(plot_.tax)).rounded();
        return made;
    }
    /// Of what was charged, for the days that are left: at the price really paid, and never more than that.
    Amount credit_of(const Charged& running, std::size_t at, const Exact& part) const {
        if (running.amount == 0) return 0;
        const auto listed = part.times(plot_.bought[at].price).times(plot_.bought.front().quantity);
        const auto net = std::min(running.net, listed.times(running.net, running.amount).rounded());
        const auto tax = net == running.net ? running.tax : Exact::of(net).times(percent(plot_.tax)).rounded();
        return -net - tax;
    }

    const Plot& plot_;
};

Plot random_plot(std::uint32_t seed) {
    std::mt19937 random(seed);
    const auto below = [&](int count) { return static_cast<int>(random() % static_cast<std::uint32_t>(count)); };
    const auto one_of = [&](std::initializer_list<const char*> words) {
        return words.begin()[below(static_cast<int>(words.size()))];
    };
    Plot plot;
    plot.zone = one_of({"UTC", "Asia/Colombo", "America/New_York", "Pacific/Apia"});
    plot.tax = one_of({"0", "18", "7.25", "20.5"});
    plot.coupon = one_of({"", "", "SAVE20"});
    plot.months = below(3) == 0 ? 12 : 1;
    plot.interval = plot.months == 12 ? "year" : "month";
    plot.whole_periods = below(4);
    const sys_days first = std::chrono::year{2026 + below(4)} / (1 + below(12)) / 1;
    Purchase bought{first + std::chrono::days{below(31)}, 100 + below(2'000'000), 1 + below(5)};
    const auto anchor = bought.on;
    plot.bought = {bought};
    const auto from = start_after(anchor, plot.whole_periods * plot.months);
    const auto to = start_after(anchor, (plot.whole_periods + 1) * plot.months);
    auto day = from;
    for (int changes = 1 + below(3); changes > 0; --changes) {
        // Not on the very day of a renewal: that is one invoice more or less, and E7 and E14.
        const auto room = static_cast<int>((to - day).count()) - 1;
        if (room < 1) break;
        day += std::chrono::days{1 + below(room)};
        bought.on = day;
        bought.price += 1 + below(2'000'000);
        plot.bought.push_back(bought);
    }
    return plot;
}

TEST(ProrationOracle, RoundsAsTheModelSays) {
    EXPECT_EQ(Exact::of(535).times(15, 30).rounded(), 268);
    EXPECT_EQ(Exact::of(-535).times(15, 30).rounded(), -268);
    EXPECT_EQ(start_after(std::chrono::year{2026} / 1 / 31, 1), sys_days{std::chrono::year{2026} / 2 / 28});
    EXPECT_EQ(start_after(std::chrono::year{2028} / 2 / 29, 12), sys_days{std::chrono::year{2029} / 2 / 28});
}

TEST(ProrationOracle, AgreesWithTheInvoicesOfTenThousandStories) {
    const char* wanted = std::getenv("WHATSFLOW_STORIES");
    const auto plots = wanted == nullptr ? 10'000U : static_cast<std::uint32_t>(std::strtoul(wanted, nullptr, 10));
    std::size_t changes = 0;
    for (std::uint32_t seed = 1; seed <= plots; ++seed) {
        const auto plot = random_plot(seed);
        const auto expected = Oracle(plot).totals();
        const auto outcomes = told(plot.steps(), plot.account());
        ASSERT_EQ(totals(outcomes), expected) << "seed " << seed << " " << plot.account() << "\n" << plot.steps();
        changes += plot.bought.size() - 1;
    }
    EXPECT_GT(changes, plots);
}

}  // namespace
}  // namespace whatsflow::billing::scenario
