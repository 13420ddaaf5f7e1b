#include "documents/pdf_printer.hpp"

#include "documents/page_writer.hpp"

#include <glib.h>

#include <algorithm>
#include <cmath>
#include <string_view>

namespace whatsflow::documents {
namespace {

constexpr std::size_t kMostRows = 10'000;
constexpr std::size_t kMostText = std::size_t{1024} * 1024;

/// Looks at every text of a document once.
class Inspection {
public:
    sdk::Result<void> of(const sdk::Document& document) {
        for (const auto* text :
             {&document.title, &document.issuer, &document.stamp, &document.language, &document.footer})
            see(*text);
        for (const auto& block : document.blocks) std::visit([this](const auto& one) { look(one); }, block);
        if (!even_)
            return sdk::fail("documents.bad_table",
                             "A row of a table has not as many cells as the table has columns, or a line of a chart "
                             "not as many values as the chart has places.");
        if (!readable_) return sdk::fail("documents.bad_text", "A text of the document is no UTF-8.");
        if (rows_ > kMostRows || bytes_ > kMostText)
            return sdk::fail("documents.too_large",
                             "The document is too large to print: at most 10,000 rows and 1 MB of text.");
        return sdk::ok();
    }

private:
    void see(std::string_view text) {
        bytes_ += text.size();
        if (bytes_ <= kMostText && g_utf8_validate(text.data(), static_cast<gssize>(text.size()), nullptr) == 0)
            readable_ = false;
    }
    void look(const sdk::DocumentHeading& heading) { see(heading.text); }
    void look(const sdk::DocumentParagraph& paragraph) { see(paragraph.text); }
    void look(const sdk::DocumentFacts& facts) { pairs(facts.rows); }
    void look(const sdk::DocumentParties& parties) { pairs(parties.columns); }
    void look(const sdk::DocumentTable& table) {
        for (const auto& column : table.columns) see(column.title);
        cells(table.rows, table.columns.size());
        cells(table.totals, table.columns.size());
    }
    void look(const sdk::DocumentChart& chart) {
        see(chart.title);
        for (const auto& place : chart.places) see(place);
        for (const auto& line : chart.lines) {
            see(line.label);
            rows_ += line.values.size();
            even_ = even_ && line.values.size() == chart.places.size();
            even_ = even_ && std::ranges::all_of(line.values, [](double value) { return std::isfinite(value); });
        }
        for (const auto place : chart.marked) even_ = even_ && place < chart.places.size();
    }
    void pairs(const std::vector<std::pair<std::string, std::string>>& all) {
        rows_ += all.size();
        for (const auto& [name, value] : all) {
            see(name);
            see(value);
        }
    }
    void cells(const std::vector<std::vector<std::string>>& rows, std::size_t columns) {
        rows_ += rows.size();
        for (const auto& row : rows) {
            even_ = even_ && row.size() == columns;
            for (const auto& cell : row) see(cell);
        }
    }

    std::size_t rows_ = 0;
    std::size_t bytes_ = 0;
    bool readable_ = true;
    bool even_ = true;
};

}  // namespace

sdk::Result<std::string> PdfPrinter::pdf(const sdk::CallContext& /*context*/, const sdk::Document& document) {
    if (auto seen = Inspection().of(document); !seen) return seen.error();
    int pages = 0;
    {
        Canvas draft(document.title, document.language);
        pages = PageWriter(draft, document, 0).write();
    }
    Canvas canvas(document.title, document.language);
    PageWriter(canvas, document, pages).write();
    return canvas.bytes();
}

}  // namespace whatsflow::documents
