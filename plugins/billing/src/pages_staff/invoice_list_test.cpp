// Staff's list of invoices, the printed document, and who recommended whom.
#include "staff_fakes.hpp"

namespace whatsflow::billing::staff {
namespace {

std::string file_of(const sdk::Response& answer) {
    std::string file;
    for (auto piece = std::get<sdk::BodyStream>(answer.body()).next(); piece && !piece->empty();
         piece = std::get<sdk::BodyStream>(answer.body()).next())
        file += *piece;
    return file;
}

TEST_F(StaffPages, InvoicesAreFilteredSearchedAndAFile) {
    rows_.refused = {desk_.refuse_an_invoice()};
    const auto list =
        send(sdk::Method::get, "/invoices?status=open&currency=USD&q=INV-0&tenant=" + std::string(kTenant), finance_);
    ASSERT_EQ(list.status(), 200);
    EXPECT_EQ(rows_.invoices_wanted.state, "open");
    EXPECT_EQ(rows_.invoices_wanted.currency, "USD");
    EXPECT_EQ(rows_.invoices_wanted.number, "INV-0");
    EXPECT_EQ(rows_.invoices_wanted.tenant.text(), kTenant);
    EXPECT_EQ(model(list)["table"]["rows"][0]["cells"][0]["cell_path"], "/invoices/" + rows_.refused[0].id.text());
    EXPECT_EQ(model(list)["table"]["filters"]["export_path"],
              "/invoices.csv?q=INV-0&tenant=" + std::string(kTenant) + "&status=open&currency=USD");

    send(sdk::Method::get, "/invoices?status=%27&currency=ABC&tenant=x", finance_);
    EXPECT_EQ(rows_.invoices_wanted.state + rows_.invoices_wanted.currency + rows_.invoices_wanted.tenant.text(), "");
    EXPECT_EQ(send(sdk::Method::get, "/invoices", support_).status(), 403);
    EXPECT_NE(file_of(send(sdk::Method::get, "/invoices.csv", finance_)).find(rows_.refused[0].number + ","),
              std::string::npos);
}

TEST_F(StaffPages, AnInvoiceIsPrintedForStaffAsTheTenantHasIt) {
    const auto row = desk_.refuse_an_invoice();
    sums_.invoices = {row};
    const auto path = "/invoices/" + row.id.text();
    EXPECT_EQ(send(sdk::Method::get, path + ".pdf", finance_).status(), 404) << "nobody prints here";
    office_.printed_invoice = [&](const sdk::Request&, const TenantId& tenant, const Account&, const InvoiceId& id) {
        EXPECT_EQ(tenant.text(), kTenant);
        EXPECT_EQ(id, row.id);
        return sdk::Result<std::string>("%PDF-");
    };
    EXPECT_EQ(std::get<std::string>(send(sdk::Method::get, path + ".pdf", finance_).body()), "%PDF-");
    EXPECT_EQ(send(sdk::Method::get, path + ".pdf", support_).status(), 403);
    EXPECT_EQ(model(send(sdk::Method::get, path, finance_))["actions"][0]["link_path"], path + ".pdf");
}

TEST_F(StaffPages, WhoRecommendedWhomIsListedWithTheReasonAndTheReward) {
    const TenantId friend_{"0190a5aa-0000-7000-8000-0000000000f1"};
    rows_.recommended = {
        {TenantId{kTenant}, friend_, "rewarded", {}, InvoiceId{kPayment}, {1000, "USD"}, {300000, "LKR"}},
        {friend_, TenantId{kTenant}, "refused", {}, {}, {}, {}}};
    const auto list = send(sdk::Method::get, "/coupons/referrals", support_);
    ASSERT_EQ(list.status(), 200);
    const auto& rows = model(list)["table"]["rows"];
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_EQ(rows[0]["cells"][5]["text"], "USD 10.00");
    EXPECT_EQ(rows[0]["cells"][6]["text"], "LKR 3,000.00");
    EXPECT_EQ(rows[1]["cells"][3]["text"], "billing.staff.referral_why.refused");
    EXPECT_EQ(model(send(sdk::Method::get, "/coupons/referrals?referral=refused", support_))["table"]["rows"].size(),
              1U);
    EXPECT_NE(file_of(send(sdk::Method::get, "/coupons/referrals.csv", support_)).find(",rewarded,"),
              std::string::npos);
    EXPECT_EQ(send(sdk::Method::get, "/coupons/referrals", {kCatalogueRead}).status(), 403);
}

}  // namespace
}  // namespace whatsflow::billing::staff
