// Printed and read again with Poppler's programs: what a person sees is what was meant.
#include "documents/pdf_printer.hpp"
#include "documents/canvas.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <regex>

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
        const bool to_a_file = program.starts_with("pdftotext") || program.starts_with("pdftocairo");
        const std::string command = program + " " + file.string() + (to_a_file ? " -" : "");
        std::string text;
        FILE* pipe = ::popen(command.c_str(), "r");
        std::array<char, 4096> piece{};
        while (const auto count = std::fread(piece.data(), 1, piece.size(), pipe)) text.append(piece.data(), count);
        EXPECT_EQ(::pclose(pipe), 0) << command << ": apt-get install poppler-utils";
        std::filesystem::remove(file);
        return text;
    }
    /// A line as it lies on the paper.
    struct Path {
        double width = 0;
        std::string dashes;
        std::vector<Point> points;
    };
    static std::vector<Path> paths_in(const std::string& pdf) {
        const auto svg = read_back(pdf, "pdftocairo -svg");
        const std::regex drawn("<path style=\"fill:none;stroke-width:([0-9.]+);([^\"]*)\" d=\"([^\"]*)\"");
        const std::regex dashed("stroke-dasharray:([0-9.,]+)"), place("[ML] ([0-9.]+) ([0-9.]+)");
        std::vector<Path> all;
        for (std::sregex_iterator path(svg.begin(), svg.end(), drawn), end; path != end; ++path) {
            Path one{std::stod((*path)[1]), {}, {}};
            const std::string style = (*path)[2], way = (*path)[3];
            if (std::smatch found; std::regex_search(style, found, dashed)) one.dashes = found[1];
            for (std::sregex_iterator point(way.begin(), way.end(), place); point != end; ++point)
                one.points.push_back({std::stod((*point)[1]), std::stod((*point)[2])});
            all.push_back(std::move(one));
        }
        return all;
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

TEST_F(PdfPrinterTest, AChartIsDrawnOnTheLinesOfItsScale) {
    auto document = invoice();
    sdk::DocumentChart chart{"Visitors by day", {}, {{"Visitors", {}}, {"Page views", {}}}, {3}};
    for (int day = 1; day <= 28; ++day) {
        chart.places.push_back("2026-11-" + std::string(day < 10 ? "0" : "") + std::to_string(day));
        chart.lines[0].values.push_back(day);
        chart.lines[1].values.push_back(37 * day);
    }
    document.blocks = {chart};
    const auto text = read_back(print(document), "pdftotext -layout");
    for (const char* part : {"Visitors by day", "Page views", "2026-11-01", "500", "1000", "1500"})
        EXPECT_THAT(text, HasSubstr(part));
    EXPECT_THAT(text, Not(HasSubstr("2000"))) << "1,036 is the largest";
    // The lines themselves: four of the scale above the foot's, the remark's, and those of the values.
    std::vector<Path> scale, lines, marks, others;
    for (auto& path : paths_in(print(document))) {
        const bool is_line = path.width == 1.2 && path.points.size() > 3;
        auto& kind = path.dashes == "2,2" ? marks : path.width == 0.6 ? scale : is_line ? lines : others;
        kind.push_back(std::move(path));
    }
    ASSERT_EQ(scale.size(), 5u);
    ASSERT_EQ(lines.size(), 2u);
    ASSERT_EQ(marks.size(), 1u);
    const double zero = scale[0].points[0].y, most = scale[3].points[0].y, left = scale[0].points[0].x,
                 right = scale[0].points[1].x;
    const auto& second = lines[1].points;
    EXPECT_EQ(lines[0].dashes, "");
    EXPECT_EQ(lines[1].dashes, "5,3");
    EXPECT_NEAR(second.front().x, left, 0.1);
    EXPECT_NEAR(second.back().x, right, 0.1);
    EXPECT_NEAR(second.front().y, zero + (most - zero) * 37 / 1'500, 0.1);
    EXPECT_NEAR(second.back().y, zero + (most - zero) * 1'036 / 1'500, 0.1);
    EXPECT_NEAR(marks[0].points[0].x, left + (right - left) * 3 / 27, 0.1) << "the fourth of November";
}

TEST_F(PdfPrinterTest, WhatCannotBePrintedIsAnError) {
    auto uneven = invoice();
    uneven.blocks = {sdk::DocumentTable{{{"A", 1, false}}, {{"a", "b"}}, {}}};
    EXPECT_EQ(code_of(uneven), "documents.bad_table");
    uneven.blocks = {sdk::DocumentChart{"Visitors", {"Monday", "Tuesday"}, {{"People", {1}}}, {}}};
    EXPECT_EQ(code_of(uneven), "documents.bad_table");
    uneven.blocks = {sdk::DocumentChart{"Visitors", {"Monday"}, {{"People", {1}}}, {1}}};
    EXPECT_EQ(code_of(uneven), "documents.bad_table") << "a remark on a day that is not there";

    auto no_text = invoice();
    no_text.title = "\xff\xfe";
    EXPECT_EQ(code_of(no_text), "documents.bad_text");

    auto huge = invoice();
    huge.blocks = {sdk::DocumentParagraph{std::string(2'000'000, 'x'), false}};
    EXPECT_EQ(code_of(huge), "documents.too_large");
}

TEST_F(PdfPrinterTest, EmptyPartsLeaveAPageThatCanBeRead) {
    sdk::Document empty;
    empty.blocks = {sdk::DocumentTable{}, sdk::DocumentFacts{}, sdk::DocumentParties{}, sdk::DocumentParagraph{},
                    sdk::DocumentChart{}};

    EXPECT_THAT(read_back(print(empty), "pdfinfo"), HasSubstr("Pages:           1"));
}

}  // namespace
}  // namespace whatsflow::documents
