/// \file
/// Breaks the blocks of a document into pages and draws them.
#pragma once

#include "documents/canvas.hpp"

#include <whatsflow/sdk/documents.hpp>

#include <string>
#include <vector>

namespace whatsflow::documents {

class PageWriter {
public:
    /// `pages` is how many there will be: 0 as long as nobody knows.
    PageWriter(Canvas& canvas, const sdk::Document& document, int pages)
        : canvas_(canvas), document_(document), pages_(pages) {}

    /// Draws everything; returns the number of pages.
    int write();

private:
    void head();
    void foot();
    /// A new page when less than `height` is left on this one. True when it began one.
    bool need(double height);

    void block(const sdk::DocumentHeading& heading);
    void block(const sdk::DocumentParagraph& paragraph);
    void block(const sdk::DocumentFacts& facts);
    void block(const sdk::DocumentParties& parties);
    void block(const sdk::DocumentTable& table);
    void block(const sdk::DocumentChart& chart);

    void table_head(const sdk::DocumentTable& table);
    void table_row(const sdk::DocumentTable& table, const std::vector<std::string>& cells, bool bold);
    double row_height(const sdk::DocumentTable& table, const std::vector<std::string>& cells, bool bold) const;

    Canvas& canvas_;
    const sdk::Document& document_;
    int pages_;
    int page_ = 1;
    double y_ = 0;
};

}  // namespace whatsflow::documents
