#include "tax_desk.hpp"

#include <nlohmann/json.hpp>

namespace whatsflow::billing {
namespace {

constexpr std::size_t kLongestName = 60, kLongestReason = 200, kMostParts = 20;

sdk::Error bad_answer(std::string what) {
    return sdk::fail("tax.bad_answer", "The tax service's answer is not used: " + std::move(what));
}

/// Can be stored and shown.
bool is_text(const std::string& text) {
    try {
        return !nlohmann::json(text).dump().empty();
    } catch (const nlohmann::json::exception&) {
        return false;
    }
}

/// Percentages of several authorities together, exactly.
Decimal plus(const Decimal& left, const Decimal& right) {
    Decimal total = left, other = right;
    for (; total.scale < other.scale; ++total.scale) total.digits *= 10;
    for (; other.scale < total.scale; ++other.scale) other.digits *= 10;
    total.digits += other.digits;
    return total;
}

sdk::Result<TaxTerms> terms_of(const TaxQuestion& question, const TaxQuestion::Line& line, const sdk::LineTaxes& said) {
    TaxTerms terms{{}, question.inclusive, said.reason, said.reverse_charge, Amount{0}};
    if (said.reverse_charge && !said.parts.empty()) return bad_answer("a reverse charge has tax.");
    if (said.parts.size() > kMostParts) return bad_answer("more than 20 taxes on one line.");
    if (said.reason.size() > kLongestReason || !is_text(said.reason))
        return bad_answer("its reason is too long, or no text.");
    std::string names;
    for (const auto& part : said.parts) {
        if (part.name.empty() || part.name.size() > kLongestName || !is_text(part.name))
            return bad_answer("a tax has no name, or a long one.");
        if (part.amount < 0 || part.amount > line.net - *terms.said)
            return bad_answer("the tax on " + line.code + " is negative, or more than the line.");
        TaxShare share{part.name, {}, part.amount};
        if (!part.percent.empty()) {
            const auto percent = read_decimal(part.percent);
            if (!percent || percent->scale > 6 ||
                percent->digits > 1'000 * static_cast<std::int64_t>(percent->denominator()))
                return bad_answer("'" + part.percent.substr(0, 20) + "' is no percentage.");
            share.percent = *percent;
            terms.percent = plus(terms.percent, *percent);
        }
        *terms.said += part.amount;
        names += (names.empty() ? "" : ", ") + part.name + (part.percent.empty() ? "" : " " + part.percent + " %");
        terms.shares.push_back(std::move(share));
    }
    if (terms.reason.empty()) terms.reason = said.reverse_charge ? "reverse charge" : names.empty() ? "none" : names;
    return terms;
}

sdk::TaxRequest request_of(const TaxQuestion& question, const TaxChoice& choice) {
    sdk::TaxRequest request;
    request.currency = question.currency;
    request.day = question.day.text();
    request.prices_include_tax = question.inclusive;
    request.seller = {choice.seller_country, choice.seller_region, choice.seller_tax_id, true, true};
    const auto& buyer = question.buyer;
    request.buyer = {buyer.country, buyer.region, buyer.tax_id, buyer.business, buyer.tax_id_checked};
    for (const auto& line : question.lines) request.lines.push_back({line.kind, line.code, line.net});
    return request;
}

}  // namespace

sdk::Result<std::vector<TaxTerms>> terms_said(const TaxQuestion& question, const std::vector<sdk::LineTaxes>& said) {
    if (said.size() != question.lines.size())
        return bad_answer(std::to_string(question.lines.size()) + " lines were asked about, " +
                          std::to_string(said.size()) + " answered.");
    std::vector<TaxTerms> all;
    for (std::size_t at = 0; at < said.size(); ++at) {
        auto terms = terms_of(question, question.lines[at], said[at]);
        if (!terms) return terms.error();
        all.push_back(*std::move(terms));
    }
    return all;
}

sdk::Result<std::vector<TaxTerms>> TaxDesk::ask(const sdk::CallContext& context, const TaxQuestion& question) {
    const auto now = host_.clock().now();
    {
        const std::lock_guard lock(mutex_);
        if (now < silent_until_) return sdk::fail("tax.unreachable", "It has not answered a moment ago.");
    }
    auto patient = context;
    patient.deadline = std::min(patient.deadline, std::chrono::steady_clock::now() + kPatience);
    const auto said = sdk::find_service<sdk::TaxProvider>(host_, {{"provider", choice_.provider}})
                          .call(&sdk::TaxProvider::taxes, patient, request_of(question, choice_));
    auto terms = said ? terms_said(question, *said) : sdk::Result<std::vector<TaxTerms>>(said.error());
    if (!terms && terms.error().code != "tax.refused") {
        const std::lock_guard lock(mutex_);
        silent_until_ = now + kPause;
    }
    return terms;
}

sdk::Result<void> TaxDesk::learn(const sdk::CallContext& context, const Catalogue& catalogue, KnownTaxes& known) {
    for (auto& question : known.take_wanted()) {
        auto terms = ask(context, question);
        if (!terms && terms.error().code == "tax.refused")
            return sdk::fail("billing.tax_refused",
                             "The tax of this invoice cannot be worked out: " + terms.error().message);
        if (!terms) {
            host_.log().warn(
                "the tax service gave no answer",
                {{"provider", choice_.provider}, {"code", terms.error().code}, {"reason", terms.error().message}});
            if (!choice_.table_when_silent)
                return sdk::fail("billing.tax_unavailable",
                                 "The tax of this invoice cannot be worked out at the moment, so nothing was changed. "
                                 "Try again in a few minutes.");
            terms = std::vector<TaxTerms>(question.lines.size(), tax_for(catalogue, question.buyer, question.day));
        }
        known.know(std::move(question), *std::move(terms));
    }
    return sdk::ok();
}

sdk::Result<void> TaxDesk::settle(const sdk::CallContext& context, const Catalogue& catalogue,
                                  const std::function<void(KnownTaxes*)>& work) {
    if (!asks()) {
        work(nullptr);
        return sdk::ok();
    }
    KnownTaxes known;
    for (int round = 0; round < kMostRounds; ++round) {
        work(&known);
        if (!known.wants()) return sdk::ok();
        if (auto learned = learn(context, catalogue, known); !learned) return learned;
    }
    return sdk::fail("billing.bound",
                     "The taxes of one request needed more than " + std::to_string(kMostRounds) + " answers.");
}

}  // namespace whatsflow::billing
