#include "amounts.hpp"
#include "notice_samples.hpp"

#include <gtest/gtest.h>

namespace whatsflow::payhere {
namespace {

using sdk::PaymentEventType;
using testing::a_merchant;
using testing::encode;
using testing::Form;
using testing::notice_of;
using testing::signed_form;
using testing::signed_notice;
using Types = std::vector<PaymentEventType>;

std::string refusal(const sdk::PaymentNotice& notice, const Merchant& merchant = a_merchant()) {
    const auto verified = verify(merchant, notice);
    const auto events = read(merchant, notice);
    EXPECT_EQ(static_cast<bool>(verified), static_cast<bool>(events));
    if (verified) return {};
    EXPECT_EQ(verified.error().code, "payment.notice_refused");
    return verified.error().message;
}

std::vector<sdk::PaymentEvent> events_in(const Form& changes) {
    const auto events = read(a_merchant(), signed_notice(changes));
    EXPECT_TRUE(events) << (events ? "" : events.error().message);
    return events ? *events : std::vector<sdk::PaymentEvent>{};
}

Types types_of(const std::vector<sdk::PaymentEvent>& events) {
    Types types;
    for (const auto& event : events) types.push_back(event.type);
    return types;
}

TEST(PayHereSignature, OfARequestIsWhatPayHereComputes) {
    const auto merchant = a_merchant();
    EXPECT_EQ(request_hash(merchant, "INV-1001", "1000.00", "LKR"), "47E57D9C6AF5E2343533FB92D6F67DA6");
    EXPECT_EQ(request_hash(merchant, "INV-1002", "49.90", "USD"), "B215CDC89F1D12695CE1CC4B83F80DC1");
    EXPECT_EQ(request_hash(merchant, "INV-1003", "0.50", "LKR"), "1EE5A5B625737DB500B7652F8A66D6AE");
    EXPECT_EQ(request_hash(merchant, "INV-1004", "1234567.00", "LKR"), "F4B9772DED5E6E81771FAAD02395C1FA");
    EXPECT_EQ(request_hash(merchant, "PRE-1", "10.00", "LKR"), "1408453E98B783AEBBC2D268488BB4D8");
    EXPECT_EQ(request_hash(merchant, "PRE-2", "1.01", "USD"), "A884C3489A38C59547CD17776CB1339B");
    EXPECT_EQ(request_hash(merchant, "PRE-2", "0.51", "USD"), "673DD4F201B6B586E8B234D02C8941EB");
}

TEST(PayHereSignature, OfANoticeIsWhatPayHereComputes) {
    const auto merchant = a_merchant();
    EXPECT_EQ(notice_signature(merchant, "INV-1001", "1000.00", "LKR", "2"), "32CF382062C2BE4C68EE33F6D8D959BA");
    EXPECT_EQ(notice_signature(merchant, "INV-1001", "1000.00", "LKR", "0"), "0257C52F2AE057D8A7836ABD040530BD");
    EXPECT_EQ(notice_signature(merchant, "INV-1001", "1000.00", "LKR", "-1"), "DE9B4C315CCBA3ECB3CCF11227A709BE");
    EXPECT_EQ(notice_signature(merchant, "INV-1001", "1000.00", "LKR", "-2"), "F21FE8A7BE14A24B163A1D5A0CD72893");
    EXPECT_EQ(notice_signature(merchant, "INV-1001", "1000.00", "LKR", "-3"), "FFE5889F1F28C87F661C599047236B5F");
    EXPECT_EQ(notice_signature(merchant, "INV-1002", "49.90", "USD", "2"), "B841D664F04F0F8AC4A62D029829CA4B");
    EXPECT_EQ(notice_signature(merchant, "SUB-7", "1500.00", "LKR", "2"), "10EB2424016635A1E08E4EA218A51AB0");
    EXPECT_EQ(notice_signature(merchant, "SUB-7", "1500.00", "LKR", "-2"), "0A0CE551A48090A66E16F7C5C9ED8DC2");
    EXPECT_EQ(notice_signature(merchant, "PRE-1", "10.00", "LKR", "2"), "A502A2749B70BFB2F7DC7D35FAB7781C");
}

TEST(PayHereNotice, AGenuineOneCarriesThePaymentInItsIdentity) {
    const auto verified = verify(a_merchant(), signed_notice());

    ASSERT_TRUE(verified) << verified.error().message;
    EXPECT_EQ(verified->trust, sdk::NoticeTrust::partially_signed);
    EXPECT_NE(verified->event_id.find("320025071234"), std::string::npos);
    EXPECT_LE(verified->event_id.size(), 200u);
    EXPECT_EQ(verified->type, "success");
    EXPECT_EQ(refusal(signed_notice({{"order_id", "Order #7/2026 (ශ්‍රී)"}})), "");  // another shop's
    auto lower = signed_form();
    for (auto& c : lower["md5sig"]) c = static_cast<char>(std::tolower(c));
    EXPECT_EQ(refusal(notice_of(encode(lower))), "");
}

TEST(PayHereNotice, WhatDiffersInMeaningDiffersInIdentity) {
    const auto id = [](const Form& changes) { return verify(a_merchant(), signed_notice(changes))->event_id; };
    const auto first = id({});

    EXPECT_EQ(first, id({}));
    EXPECT_EQ(first, id({{"status_message", "Something else"}}));
    EXPECT_NE(first, id({{"payment_id", "320025079999"}}));
    EXPECT_NE(first, id({{"status_code", "0"}}));
    EXPECT_NE(first, id({{"order_id", "INV-2002"}}));
    EXPECT_NE(first, id({{"message_type", "RECURRING_INSTALLMENT_SUCCESS"}}));
    EXPECT_NE(first, id({{"item_rec_install_paid", "2"}}));
}

TEST(PayHereNotice, EverySignedFieldIsCovered) {
    for (const auto& [name, value] : Form{{"merchant_id", "1000002"},
                                          {"order_id", "INV-1002"},
                                          {"payhere_amount", "1.00"},
                                          {"payhere_currency", "USD"},
                                          {"status_code", "0"},
                                          {"md5sig", "00000000000000000000000000000000"},
                                          {"md5sig", ""}}) {
        auto form = signed_form();
        form[name] = value;
        EXPECT_NE(refusal(notice_of(encode(form))), "") << name;
        form.erase(name);
        EXPECT_NE(refusal(notice_of(encode(form))), "") << name;
    }
    EXPECT_NE(refusal(signed_notice(), {"1000001", sdk::Secret{"another"}}), "");
    EXPECT_NE(refusal(signed_notice(), {"1000001", sdk::Secret{}}), "");
    EXPECT_NE(refusal(signed_notice(), Merchant{}), "");
}

TEST(PayHereNotice, AFieldThatComesTwiceIsRefused) {
    const auto body = encode(signed_form());
    for (const char* more : {"&status_code=2", "&order_id=INV-1001", "&payhere_amount=1000.00", "&md5sig=x",
                             "&payment_id=1", "&merchant_id=1000001", "&status%5Fcode=2"})
        EXPECT_NE(refusal(notice_of(body + more)), "") << more;
    auto in_query = notice_of(body);
    in_query.query_string = "status_code=-2";
    EXPECT_EQ(refusal(in_query), "");
}

TEST(PayHereNotice, ARequestsHashIsNoSignature) {
    // The hash of a request in the currency "LKR2" is the signature of a success in LKR.
    auto form = signed_form();
    form["md5sig"] = request_hash(a_merchant(), "INV-1001", "1000.00", "LKR");
    EXPECT_NE(refusal(notice_of(encode(form))), "");
    for (const auto& changes : std::vector<Form>{{{"payhere_currency", "LKR2"}, {"status_code", ""}},
                                                 {{"payhere_currency", "lkr"}},
                                                 {{"payhere_currency", "JPY"}},
                                                 {{"payhere_amount", "1,000.00"}},
                                                 {{"payhere_amount", "1000"}},
                                                 {{"payhere_amount", "1000.0"}},
                                                 {{"payhere_amount", "-1000.00"}},
                                                 {{"payhere_amount", "1e3.00"}},
                                                 {{"payhere_amount", ".00"}},
                                                 {{"status_code", "222"}},
                                                 {{"payment_id", "<script>"}},
                                                 {{"order_id", "a\nb"}},
                                                 {{"payment_id", std::string(41, '1')}}})
        EXPECT_NE(refusal(signed_notice(changes)), "");
}

TEST(PayHereNotice, WhatIsNoFormIsRefused) {
    for (const auto& body : {std::string(), std::string("{}"), std::string("%"), std::string("a=%zz"),
                             std::string("&&&"), std::string("\0\xff", 2), std::string(5 * 1024 * 1024, 'a')})
        EXPECT_NE(refusal(notice_of(body)), "");
    std::string many = encode(signed_form());
    for (int i = 0; i < 200; ++i) many += "&f" + std::to_string(i) + "=";
    EXPECT_NE(refusal(notice_of(many)), "");
}

TEST(PayHereEvents, APaidOrderIsCompletedAndPaidFor) {
    const auto events = events_in({});

    ASSERT_EQ(types_of(events), (Types{PaymentEventType::checkout_completed, PaymentEventType::payment_succeeded}));
    EXPECT_EQ(events[1].reference, "INV-1001");
    EXPECT_EQ(events[1].payment_id, "320025071234");
    EXPECT_EQ(events[1].amount, (sdk::Money{100000, "LKR"}));
    EXPECT_NE(events[0].event_id, events[1].event_id);
}

TEST(PayHereEvents, EveryStatusHasItsMeaning) {
    EXPECT_EQ(types_of(events_in({{"status_code", "0"}})), (Types{PaymentEventType::checkout_pending}));
    EXPECT_EQ(types_of(events_in({{"status_code", "-1"}})), (Types{PaymentEventType::checkout_canceled}));
    EXPECT_EQ(types_of(events_in({{"status_code", "-2"}})), (Types{PaymentEventType::payment_failed}));
    EXPECT_EQ(types_of(events_in({{"status_code", "3"}})), (Types{PaymentEventType::authorization_succeeded}));
    const auto lost = events_in({{"status_code", "-3"}, {"message_type", "RECURRING_INSTALLMENT_SUCCESS"}});
    ASSERT_EQ(types_of(lost), (Types{PaymentEventType::dispute_opened, PaymentEventType::dispute_closed}));
    EXPECT_EQ(lost[1].dispute, sdk::DisputeResult::lost);
    EXPECT_TRUE(events_in({{"status_code", "7"}}).empty());
}

TEST(PayHereEvents, RenewalsAreTold) {
    const Form renewal{{"subscription_id", "420075032251"},
                       {"recurring", "1"},
                       {"message_type", "RECURRING_INSTALLMENT_SUCCESS"},
                       {"item_rec_install_paid", "3"},
                       {"item_rec_date_next", "2026-04-10"}};
    const auto events = events_in(renewal);
    ASSERT_EQ(types_of(events), (Types{PaymentEventType::payment_succeeded, PaymentEventType::subscription_renewed}));
    EXPECT_EQ(events[1].subscription_id, "420075032251");
    EXPECT_EQ(events[1].instalment, 3);
    EXPECT_EQ(sdk::to_rfc3339(*events[1].next_charge_at), "2026-04-09T18:30:00.000000Z");

    auto change = [&](const char* message, const char* status) {
        auto form = renewal;
        form["message_type"] = message;
        form["status_code"] = status;
        return types_of(events_in(form));
    };
    EXPECT_EQ(change("AUTHORIZATION_SUCCESS", "2"),
              (Types{PaymentEventType::payment_succeeded, PaymentEventType::subscription_activated}));
    EXPECT_EQ(change("AUTHORIZATION_FAILED", "-2"), (Types{PaymentEventType::payment_failed}));
    EXPECT_EQ(change("RECURRING_INSTALLMENT_FAILED", "-2"), (Types{PaymentEventType::subscription_past_due}));
    EXPECT_EQ(change("RECURRING_STOPPED", "-2"), (Types{PaymentEventType::subscription_canceled}));
    EXPECT_EQ(change("RECURRING_COMPLETE", "2"), (Types{PaymentEventType::subscription_completed}));
    // The status is signed, the message is not: where they disagree nothing is believed.
    EXPECT_EQ(change("RECURRING_INSTALLMENT_SUCCESS", "-2"), Types{});
    EXPECT_EQ(change("AUTHORIZATION_FAILED", "2"), Types{});
}

TEST(PayHereEvents, AKeptCardMovesNoMoney) {
    Form form{{"order_id", "PRE-1"},
              {"payhere_amount", "10.00"},
              {"customer_token", "59AFEE022CC69CA39D325E1B59130862"},
              {"card_no", "************1292"},
              {"card_expiry", "1228"},
              {"method", "VISA"}};
    const auto events = events_in(form);

    ASSERT_EQ(types_of(events), (Types{PaymentEventType::payment_method_saved}));
    EXPECT_FALSE(events[0].amount);
    EXPECT_EQ(events[0].method->token.reveal(), "59AFEE022CC69CA39D325E1B59130862");
    EXPECT_EQ(events[0].method->brand, "visa");
    EXPECT_EQ(events[0].method->last4, "1292");
    EXPECT_EQ(events[0].method->exp_month, 12);
    EXPECT_EQ(events[0].method->exp_year, 2028);
    form["custom_1"] = "pays-and-keeps";
    EXPECT_EQ(types_of(events_in(form)),
              (Types{PaymentEventType::checkout_completed, PaymentEventType::payment_succeeded,
                     PaymentEventType::payment_method_saved}));
}

TEST(PayHereEvents, DaysComeInTwoForms) {
    EXPECT_EQ(read_day("2026-02-28"), read_day("28/02/2026"));
    EXPECT_TRUE(read_day("2026-02-28"));
    for (const char* text : {"", "2026-02-30", "30/02/2026", "2026/02/28", "28-02-2026", "2026-2-28 ", "xxxx-xx-xx"})
        EXPECT_FALSE(read_day(text)) << text;
}

TEST(PayHereAmounts, AreReadAsTextNotAsFractions) {
    EXPECT_EQ(amount_of(79.1, "LKR"), (sdk::Money{7910, "LKR"}));
    EXPECT_EQ(amount_of(1000, "LKR"), (sdk::Money{100000, "LKR"}));
    EXPECT_EQ(amount_of(0.3, "USD"), (sdk::Money{30, "USD"}));
    EXPECT_EQ(amount_of(1234567.89, "LKR"), (sdk::Money{123456789, "LKR"}));
    EXPECT_EQ(amount_of("1,000.00", "LKR"), (sdk::Money{100000, "LKR"}));
    for (const auto& bad : {nlohmann::json(1.005), nlohmann::json(-1), nlohmann::json(1e300), nlohmann::json("x"),
                            nlohmann::json(nullptr), nlohmann::json("99999999999999999999.00")})
        EXPECT_FALSE(amount_of(bad, "LKR")) << bad;
    EXPECT_FALSE(amount_of(1, "JPY"));
}

}  // namespace
}  // namespace whatsflow::payhere
