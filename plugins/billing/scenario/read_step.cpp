#include "read_step.hpp"

#include "fields.hpp"

#include <algorithm>
#include <array>

namespace whatsflow::billing::scenario {
namespace {

using nlohmann::json;
using Action = decltype(Step::action);

// The engine judges numbers; here only what JSON or 64 bits cannot hold is refused.
constexpr std::int64_t kAny = INT64_MAX;

/// Two digits, or nothing.
std::optional<int> two_digits(const std::string& text, std::size_t at) {
    if (at + 2 > text.size()) return std::nullopt;
    const char tens = text[at];
    const char ones = text[at + 1];
    if (tens < '0' || tens > '9' || ones < '0' || ones > '9') return std::nullopt;
    return (tens - '0') * 10 + (ones - '0');
}

std::optional<std::chrono::microseconds> read_offset(const std::string& text) {
    if (text == "Z" || text == "z") return std::chrono::microseconds{0};
    if (text.size() != 6 || (text[0] != '+' && text[0] != '-') || text[3] != ':') return std::nullopt;
    const auto hours = two_digits(text, 1);
    const auto minutes = two_digits(text, 4);
    if (!hours || !minutes || *hours > 23 || *minutes > 59) return std::nullopt;
    const std::chrono::microseconds offset = std::chrono::minutes{*hours * 60 + *minutes};
    return text[0] == '-' ? -offset : offset;
}

When read_when(Fields& fields, When fallback, bool automatic) {
    const std::vector<std::string> words = automatic ? std::vector<std::string>{"now", "period_end", "auto"}
                                                     : std::vector<std::string>{"now", "period_end"};
    return static_cast<When>(fields.choice("when", words, static_cast<std::size_t>(fallback)));
}

CreditChoice read_credit(Fields& fields, CreditChoice fallback, bool refund) {
    const std::vector<std::string> words =
        refund ? std::vector<std::string>{"none", "prorate", "refund"} : std::vector<std::string>{"none", "prorate"};
    return static_cast<CreditChoice>(fields.choice("credit", words, static_cast<std::size_t>(fallback)));
}

bool read_trial(Fields& fields) {
    const auto* value = fields.raw("trial");
    if (value == nullptr || value->is_null()) return true;
    return fields.yes_or("trial", true);
}

Action read_subscribe(Fields& fields, const Profile&) {
    Subscribe command{fields.text("plan"), fields.interval("interval"), 1, true, std::nullopt, std::nullopt};
    command.quantity = fields.whole_or("quantity", 1, -kAny, kAny);
    command.trial = read_trial(fields);
    if (fields.has("coupon")) command.coupon = fields.text("coupon");
    command.amount = fields.maybe_whole("amount", -kAny, kAny);
    return Command{command};
}

Action read_change_plan(Fields& fields, const Profile&) {
    ChangePlan command{
        fields.text("plan"), fields.interval("interval"), When::automatic, AnchorChoice::by_interval, {}};
    command.when = read_when(fields, When::automatic, true);
    if (fields.has("anchor"))
        command.anchor = fields.choice("anchor", {"keep", "reset"}, 0) == 0 ? AnchorChoice::keep : AnchorChoice::reset;
    command.amount = fields.maybe_whole("amount", -kAny, kAny);
    return Command{command};
}

Action read_set_price(Fields& fields, const Profile& profile) {
    NewPrice price;
    price.plan = fields.text("plan");
    price.currency = profile.currency;
    price.interval = fields.interval("interval");
    price.amount = fields.whole("amount", -kAny, kAny);
    price.from = fields.maybe_date("from").value_or(LocalDate{INT32_MIN});
    price.existing_from = fields.maybe_date("existing_from");
    return price;
}

Action read_usage(Fields& fields, const Profile& profile) {
    ReportUsage command;
    command.meter = fields.text("meter");
    command.value = fields.text_or("value", "");
    command.quantity =
        command.value.empty() ? fields.whole("quantity", -kAny, kAny) : fields.whole_or("quantity", 1, -kAny, kAny);
    command.event_id = fields.text_or("id", "");
    if (fields.has("timestamp")) {
        command.at = read_moment(fields.text("timestamp"), profile.time_zone);
        if (!command.at)
            bad_file(fields.place("timestamp"), "must be a date or an instant, such as \"2026-03-10T08:00:00Z\".");
    }
    return Command{command};
}

Outcome read_outcome(const json& value, const std::string& place) {
    const std::vector<std::string> words{"success", "decline", "hard_decline",
                                         "pending", "unknown", "timeout_then_success"};
    if (!value.is_string()) bad_file(place, "must be an outcome, such as \"decline\".");
    const auto word = value.get<std::string>();
    for (std::size_t at = 0; at < words.size(); ++at)
        if (word == words[at]) return {static_cast<Outcome::Kind>(at), 0};
    if (word.starts_with("partial:")) {
        const auto amount = read_decimal(std::string_view(word).substr(8));
        if (amount && amount->scale == 0 && amount->digits > 0) return {Outcome::Kind::partial, amount->digits};
        bad_file(place, "must say how much, such as \"partial:1000\".");
    }
    const auto near = nearest(word, words);
    bad_file(place, "is no outcome: '" + word + "'" + (near.empty() ? "." : "; did you mean '" + near + "'?"));
}

Action read_payments(Fields& fields, const Profile&) {
    Script script;
    if (!fields.has("outcomes")) bad_file(fields.place("outcomes"), "is missing.");
    fields.each("outcomes", [&](const json& value, const std::string& place) {
        script.outcomes.push_back(read_outcome(value, place));
    });
    return script;
}

OnInvoice named(Fields& fields, OnInvoice::What what) {
    OnInvoice on;
    on.what = what;
    if (what == OnInvoice::What::pay)
        on.n = fields.maybe_whole("invoice", 1, kAny);
    else
        on.n = fields.whole("invoice", 1, kAny);
    return on;
}

Action read_refund(Fields& fields, const Profile&) {
    auto on = named(fields, OnInvoice::What::refund);
    on.amount = fields.maybe_whole("amount", -kAny, kAny);
    on.credit_note = fields.yes_or("credit_note", true);
    return on;
}

Action read_notice(Fields& fields, const Profile&) {
    auto on = named(fields, OnInvoice::What::notice);
    if (!fields.has("kind")) bad_file(fields.place("kind"), "is missing.");
    on.notice = static_cast<NoticeKind>(fields.choice("kind", {"paid", "failed", "refunded"}, 0));
    on.times = static_cast<int>(fields.whole_or("times", 1, 1, 1000));
    return on;
}

using Reader = Action (*)(Fields&, const Profile&);

struct Verb {
    const char* name;
    Reader read;
};

constexpr std::array kVerbs{
    Verb{"subscribe", read_subscribe},
    Verb{"change_plan", read_change_plan},
    Verb{"add",
         [](Fields& f, const Profile&) -> Action {
             return Command{AddAddOn{f.text("add_on"), f.whole_or("quantity", 1, -kAny, kAny)}};
         }},
    Verb{"remove",
         [](Fields& f, const Profile&) -> Action {
             return Command{RemoveAddOn{f.text("add_on"), f.maybe_whole("quantity", -kAny, kAny)}};
         }},
    Verb{"set_quantity",
         [](Fields& f, const Profile&) -> Action { return Command{SetQuantity{f.whole("quantity", -kAny, kAny)}}; }},
    Verb{"pause",
         [](Fields& f, const Profile&) -> Action {
             return Command{Pause{read_when(f, When::period_end, false), read_credit(f, CreditChoice::prorate, false)}};
         }},
    Verb{"resume",
         [](Fields& f, const Profile&) -> Action {
             read_credit(f, CreditChoice::prorate, false);  // allowed beside `pause`; there is nothing to credit
             return Command{Resume{read_when(f, When::now, false)}};
         }},
    Verb{"cancel",
         [](Fields& f, const Profile&) -> Action {
             return Command{Cancel{read_when(f, When::period_end, false), read_credit(f, CreditChoice::none, true)}};
         }},
    Verb{"uncancel",
         [](Fields& f, const Profile&) -> Action {
             read_when(f, When::now, false);
             read_credit(f, CreditChoice::none, true);
             return Command{Uncancel{}};
         }},
    Verb{"extend_trial",
         [](Fields& f, const Profile&) -> Action {
             return Command{ExtendTrial{static_cast<int>(f.whole("days", -100000, 100000))}};
         }},
    Verb{"set_billing_day",
         [](Fields& f, const Profile&) -> Action {
             return Command{SetBillingDay{static_cast<int>(f.whole("day", -1000, 1000))}};
         }},
    Verb{"set_price", read_set_price},
    Verb{"coupon", [](Fields& f, const Profile&) -> Action { return Command{RedeemCoupon{f.text("code")}}; }},
    Verb{"credit",
         [](Fields& f, const Profile&) -> Action {
             return Command{GrantCredit{f.whole("amount", -kAny, kAny), f.text_or("reason", "credit"),
                                        CreditSource::goodwill, std::nullopt, 0}};
         }},
    Verb{"usage", read_usage},
    Verb{"payments", read_payments},
    Verb{"pay", [](Fields& f, const Profile&) -> Action { return named(f, OnInvoice::What::pay); }},
    Verb{"refund", read_refund},
    Verb{"chargeback", [](Fields& f, const Profile&) -> Action { return named(f, OnInvoice::What::chargeback); }},
    Verb{"chargeback_reversed",
         [](Fields& f, const Profile&) -> Action { return named(f, OnInvoice::What::chargeback_reversed); }},
    Verb{"void", [](Fields& f, const Profile&) -> Action { return named(f, OnInvoice::What::void_it); }},
    Verb{"notice", read_notice},
    Verb{"advance", [](Fields&, const Profile&) -> Action { return Advance{}; }},
};

}  // namespace

std::optional<sdk::Instant> read_moment(const std::string& text, const std::string& zone) {
    const auto day = read_date(std::string_view(text).substr(0, 10));
    if (!day) return std::nullopt;
    if (text.size() == 10) return start_of_day(*day, zone);
    if (text.size() < 20 || (text[10] != 'T' && text[10] != 't') || text[13] != ':' || text[16] != ':')
        return std::nullopt;
    const std::array<std::optional<int>, 3> clock{two_digits(text, 11), two_digits(text, 14), two_digits(text, 17)};
    if (!clock[0] || !clock[1] || !clock[2] || *clock[0] > 23 || *clock[1] > 59 || *clock[2] > 60) return std::nullopt;
    std::size_t at = 19;
    std::chrono::microseconds fraction{0};
    if (text[at] == '.') {
        std::int64_t unit = 100'000;
        std::size_t digits = 0;
        for (++at; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at, ++digits, unit /= 10)
            fraction += std::chrono::microseconds{unit * (text[at] - '0')};
        if (digits == 0) return std::nullopt;
    }
    const auto offset = read_offset(text.substr(at));
    if (!offset) return std::nullopt;
    return sdk::Instant{std::chrono::days{day->days}} + std::chrono::hours{*clock[0]} +
           std::chrono::minutes{*clock[1]} + std::chrono::seconds{*clock[2]} + fraction - *offset;
}

Step read_step(const json& value, const std::string& place, const Profile& profile) {
    Fields fields(value, place);
    Step step;
    const auto at = read_moment(fields.text("at"), profile.time_zone);
    if (!at)
        bad_file(fields.place("at"),
                 "must be a date or an instant, such as \"2026-03-10\" or \"2026-03-10T08:00:00Z\".");
    step.at = *at;
    step.verb = fields.text("do");
    step.must_fail = fields.yes_or("must_fail", false);
    const auto* verb = std::ranges::find(kVerbs, step.verb, &Verb::name);
    if (verb == kVerbs.end()) {
        std::vector<std::string> verbs;
        for (const auto& each : kVerbs) verbs.emplace_back(each.name);
        const auto near = nearest(step.verb, verbs);
        bad_file(fields.place("do"),
                 "is unknown: '" + step.verb + "'" + (near.empty() ? "." : "; did you mean '" + near + "'?"));
    }
    step.action = verb->read(fields, profile);
    if (auto* price = std::get_if<NewPrice>(&step.action); price != nullptr && price->from.days == INT32_MIN)
        price->from = local_date(step.at, profile.time_zone);
    fields.finish();
    return step;
}

}  // namespace whatsflow::billing::scenario
