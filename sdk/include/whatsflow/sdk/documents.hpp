/// \file
/// Printed documents: invoices, credit notes, reports, as PDF.
///
///     Document invoice;
///     invoice.title = "Invoice INV-000042";
///     invoice.blocks = {DocumentFacts{{{"Date", "3 March 2026"}}}, DocumentTable{…}};
///     auto documents = find_service<Documents>(host);
///     auto pdf = documents.call(&Documents::pdf, context, invoice);
///     if (pdf) return file(*pdf, "application/pdf");
///
/// The caller brings texts that are ready to read: amounts with their currency, dates in the
/// reader's language. Any script that Noto Sans has is shaped as it should be.
#pragma once

#include <whatsflow/sdk/call_context.hpp>
#include <whatsflow/sdk/service.hpp>

#include <cstddef>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace whatsflow::sdk {

struct DocumentHeading {
    std::string text;
};

struct DocumentParagraph {
    std::string text;    ///< line breaks are kept
    bool muted = false;  ///< small and grey: remarks, legal notes
};

/// Names with their values, one below the other: date, number, due date.
struct DocumentFacts {
    std::vector<std::pair<std::string, std::string>> rows;
};

/// Blocks of text beside each other: who sells, who buys.
struct DocumentParties {
    std::vector<std::pair<std::string, std::string>> columns;  ///< label and lines
};

struct DocumentColumn {
    std::string title;
    double share = 1;     ///< of the width, beside the shares of the others
    bool number = false;  ///< set flush right, in figures of equal width
};

/// Its head is repeated on each page. Each row has as many cells as there are columns.
struct DocumentTable {
    std::vector<DocumentColumn> columns;
    std::vector<std::vector<std::string>> rows;
    std::vector<std::vector<std::string>> totals;  ///< below, the last one in bold
};

/// Values one after another, such as days, drawn as lines that are told apart by their dashes. What they are exactly
/// is for a table behind it to say.
struct DocumentChart {
    struct Line {
        std::string label;
        std::vector<double> values;  ///< as many as there are places, none below zero
    };
    std::string title;
    std::vector<std::string> places;  ///< below the chart, as many of them as there is room for
    std::vector<Line> lines;
    std::vector<std::size_t> marked;  ///< places with a remark: a line from top to bottom
};

using DocumentBlock =
    std::variant<DocumentHeading, DocumentParagraph, DocumentFacts, DocumentParties, DocumentTable, DocumentChart>;

struct Document {
    std::string title;            ///< on the first page and in the file's properties
    std::string issuer;           ///< at the head of the first page: whose document it is
    std::string stamp;            ///< beside the title: `PAID`, `DRAFT`; empty for none
    std::string language = "en";  ///< BCP 47: chooses the forms of letters and where lines break
    std::vector<DocumentBlock> blocks;
    std::string footer;  ///< on every page, before the page's number
};

/// [pool-thread] Takes some milliseconds a page.
class Documents : public Service {
public:
    static constexpr ServiceId kId{"whatsflow.documents", 1};

    /// The bytes of a PDF file, A4. Errors `documents.too_large` past 10,000 rows or 1 MB of text,
    /// `documents.bad_table` when a row has not as many cells as there are columns, or a chart's line not as many
    /// values as there are places,
    /// `documents.bad_text` for bytes that are no UTF-8.
    virtual Result<std::string> pdf(const CallContext& context, const Document& document) = 0;

protected:
    ~Documents() override;
};

}  // namespace whatsflow::sdk
