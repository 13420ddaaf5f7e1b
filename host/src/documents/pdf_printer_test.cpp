// Printed and read again with Poppler's programs: what a person sees is what was meant.
#include "documents/pdf_printer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace whatsflow::documents {
namespace {

using ::testing::HasSubstr;

class PdfPrinterTest : public ::testing::Test {
protected:
    std::string print(const sdk::Document& document) {
        auto pdf = printer_.pdf({}, document);
        EXPECT_TRUE(pdf) << (pdf ? "" : pdf.error().message);
        return pdf ? *pdf : "";
    }
    std::string code_of(const sdk::Document& document) {
        auto pdf = printer_.pdf({}, document);
        return pdf ? "" : pdf.error().code;
    }
    /// What one of Poppler's programs says of the file.
    static std::string read_back(const std::string& pdf, const std::string& program) {
        const auto file = std::filesystem::temp_directory_path() / ("whatsflow-" + std::to_string(::getpid()) + ".pdf");
        std::ofstream(file, std::ios::binary) << pdf;
        const std::string command = program + " " + file.string() + (program.starts_with("pdftotext") ? " -" : "");
        std::string text;
        FILE* pipe = ::popen(command.c_str(), "r");
        std::array<char, 4096> piece{};
        while (const auto count = std::fread(piece.data(), 1, piece.size(), pipe)) text.append(piece.data(), count);
        EXPECT_EQ(::pclose(pipe), 0) << command << ": apt-get install poppler-utils";
        std::filesystem::remove(file);
        return text;
    }
    static sdk::Document invoice() {
        sdk::Document document;
        document.title = "Invoice INV-000042";
        document.issuer = "Example (Pvt) Ltd";
        document.stamp = "PAID";
        document.footer = "Example (Pvt) Ltd · Colombo · VAT 123";
        document.blocks = {sdk::DocumentParties{
                               {{"From", "Example (Pvt) Ltd\n1 Galle Road\nColombo"}, {"To", "Lotus Traders\nKandy"}}},
                           sdk::DocumentFacts{{{"Date", "3 March 2026"}, {"Due", "17 March 2026"}}},
                           sdk::DocumentTable{{{"Description", 4, false}, {"Quantity", 1, true}, {"Amount", 1.4, true}},
                                              {{"Professional, 3 March to 3 April 2026", "1", "$99.00"}},
                                              {{"Subtotal", "", "$99.00"}, {"Total", "", "$99.00"}}},
                           sdk::DocumentParagraph{"Thank you.\nPaid by card.", true}};
        return document;
    }

private:
    PdfPrinter printer_;
};

TEST_F(PdfPrinterTest, WhatIsPrintedCanBeReadAgain) {
    const auto pdf = print(invoice());

    ASSERT_TRUE(pdf.starts_with("%PDF-"));
    const auto text = read_back(pdf, "pdftotext -layout");
    for (const char* part :
         {"Invoice INV-000042", "PAID", "Lotus Traders", "17 March 2026", "Professional, 3 March", "$99.00", "1/1"})
        EXPECT_THAT(text, HasSubstr(part));
    EXPECT_THAT(read_back(pdf, "pdfinfo"), HasSubstr("Invoice INV-000042"));
}

TEST_F(PdfPrinterTest, SinhalaAndTamilAreSetInFontsOfTheirOwn) {
    auto document = invoice();
    document.language = "si";
    document.blocks = {
        sdk::DocumentParagraph{"ශ්‍රී ලංකාව · ඉන්වොයිසිය", false},
        sdk::DocumentParagraph{"விலைப்பட்டியல் · இலங்கை", false}};

    const auto fonts = read_back(print(document), "pdffonts");

    EXPECT_THAT(fonts, HasSubstr("Sinhala"));
    EXPECT_THAT(fonts, HasSubstr("Tamil"));
}

TEST_F(PdfPrinterTest, ALongTableGoesOnUnderItsHeadOnEachPage) {
    auto document = invoice();
    sdk::DocumentTable table{{{"Description", 4, false}, {"Amount", 1, true}}, {}, {{"Total", "$200.00"}}};
    for (int i = 0; i < 200; ++i) table.rows.push_back({"Line " + std::to_string(i), "$1.00"});
    document.blocks = {table};

    const auto pdf = print(document);
    const auto text = read_back(pdf, "pdftotext -layout");

    EXPECT_THAT(text, HasSubstr("Line 199"));
    std::size_t heads = 0;
    for (auto at = text.find("Description"); at != std::string::npos; at = text.find("Description", at + 1)) ++heads;
    EXPECT_THAT(read_back(pdf, "pdfinfo"), HasSubstr("Pages:           " + std::to_string(heads)));
    EXPECT_GE(heads, 5U);
    EXPECT_THAT(text, HasSubstr(std::to_string(heads) + "/" + std::to_string(heads)));
}

TEST_F(PdfPrinterTest, WhatCannotBePrintedIsAnError) {
    auto uneven = invoice();
    uneven.blocks = {sdk::DocumentTable{{{"A", 1, false}}, {{"a", "b"}}, {}}};
    EXPECT_EQ(code_of(uneven), "documents.bad_table");

    auto no_text = invoice();
    no_text.title = "\xff\xfe";
    EXPECT_EQ(code_of(no_text), "documents.bad_text");

    auto huge = invoice();
    huge.blocks = {sdk::DocumentParagraph{std::string(2'000'000, 'x'), false}};
    EXPECT_EQ(code_of(huge), "documents.too_large");
}

TEST_F(PdfPrinterTest, EmptyPartsLeaveAPageThatCanBeRead) {
    sdk::Document empty;
    empty.blocks = {sdk::DocumentTable{}, sdk::DocumentFacts{}, sdk::DocumentParties{}, sdk::DocumentParagraph{}};

    EXPECT_THAT(read_back(print(empty), "pdfinfo"), HasSubstr("Pages:           1"));
}

}  // namespace
}  // namespace whatsflow::documents
