#include "documents/page_writer.hpp"

#include "documents/chart_drawing.hpp"

#include <algorithm>

namespace whatsflow::documents {
namespace {

constexpr double kMargin = 48;
constexpr double kUsable = Canvas::kWidth - 2 * kMargin;
constexpr double kBottom = Canvas::kHeight - 72;
constexpr double kGap = 12;      ///< between blocks
constexpr double kCellGap = 10;  ///< between columns
constexpr double kRowPadding = 4;

constexpr TextStyle kTitle{18, true, false, 0.08};
constexpr TextStyle kIssuer{10, true, false, 0.25};
constexpr TextStyle kStamp{10, true, false, 0.3};
constexpr TextStyle kHeading{11, true, false, 0.1};
constexpr TextStyle kText{};
constexpr TextStyle kMuted{8, false, false, 0.4};
constexpr TextStyle kLabel{8, true, false, 0.4};

/// Where the column begins and how wide its text may be.
struct Place {
    double x = 0;
    double width = 0;
};

std::vector<Place> places_of(const std::vector<sdk::DocumentColumn>& columns) {
    double shares = 0;
    for (const auto& column : columns) shares += std::max(0.01, column.share);
    const double usable = kUsable - kCellGap * static_cast<double>(columns.size() - 1);
    std::vector<Place> places;
    double x = kMargin;
    for (const auto& column : columns) {
        const double width = usable * std::max(0.01, column.share) / shares;
        places.push_back({x, width});
        x += width + kCellGap;
    }
    return places;
}

TextStyle cell_style(const sdk::DocumentColumn& column, bool bold) {
    TextStyle style = kText;
    style.bold = bold;
    style.right = column.number;
    return style;
}

}  // namespace

int PageWriter::write() {
    head();
    for (const auto& each : document_.blocks) {
        std::visit([this](const auto& one) { block(one); }, each);
        y_ += kGap;
    }
    foot();
    return page_;
}

void PageWriter::head() {
    y_ = kMargin;
    if (!document_.issuer.empty()) {
        canvas_.text(kMargin, y_, kUsable, document_.issuer, kIssuer);
        y_ += canvas_.height_of(document_.issuer, kIssuer, kUsable) + 2 * kGap;
    }
    const double stamp = document_.stamp.empty() ? 0 : canvas_.width_of(document_.stamp, kStamp) + 16;
    const double width = kUsable - stamp - (stamp > 0 ? kCellGap : 0);
    const double height = canvas_.height_of(document_.title, kTitle, width);
    canvas_.text(kMargin, y_, width, document_.title, kTitle);
    if (stamp > 0) {
        const double high = canvas_.height_of(document_.stamp, kStamp, stamp);
        const double x = kMargin + kUsable - stamp;
        canvas_.frame(x, y_ + 3, stamp, high + 8, kStamp.grey);
        canvas_.text(x + 8, y_ + 7, stamp, document_.stamp, kStamp);
    }
    y_ += height + kGap;
}

void PageWriter::foot() {
    const double y = kBottom + 18;
    canvas_.rule(kMargin, y, kUsable, 0.8);
    const std::string number = std::to_string(page_) + (pages_ > 0 ? "/" + std::to_string(pages_) : "");
    TextStyle right = kMuted;
    right.right = true;
    canvas_.text(kMargin, y + 6, kUsable - 60, document_.footer, kMuted);
    canvas_.text(kMargin + kUsable - 50, y + 6, 50, number, right);
}

bool PageWriter::need(double height) {
    if (y_ + height <= kBottom || y_ <= kMargin) return false;
    foot();
    canvas_.next_page();
    ++page_;
    y_ = kMargin;
    return true;
}

void PageWriter::block(const sdk::DocumentHeading& heading) {
    const double height = canvas_.height_of(heading.text, kHeading, kUsable);
    need(height + 40);  // not alone at the foot of a page
    canvas_.text(kMargin, y_, kUsable, heading.text, kHeading);
    y_ += height;
}

void PageWriter::block(const sdk::DocumentParagraph& paragraph) {
    const auto& style = paragraph.muted ? kMuted : kText;
    // Line by line, so that a long text goes on on the next page.
    for (std::size_t begin = 0; begin <= paragraph.text.size();) {
        const auto end = std::min(paragraph.text.find('\n', begin), paragraph.text.size());
        const std::string line = end > begin ? paragraph.text.substr(begin, end - begin) : " ";
        const double height = canvas_.height_of(line, style, kUsable);
        need(height);
        canvas_.text(kMargin, y_, kUsable, line, style);
        y_ += height;
        begin = end + 1;
    }
}

void PageWriter::block(const sdk::DocumentFacts& facts) {
    constexpr double kNames = 150;
    for (const auto& [name, value] : facts.rows) {
        const double height = std::max(canvas_.height_of(name, kText, kNames),
                                       canvas_.height_of(value, kText, kUsable - kNames - kCellGap));
        need(height);
        TextStyle grey = kText;
        grey.grey = 0.4;
        canvas_.text(kMargin, y_, kNames, name, grey);
        canvas_.text(kMargin + kNames + kCellGap, y_, kUsable - kNames - kCellGap, value, kText);
        y_ += height + 3;
    }
}

void PageWriter::block(const sdk::DocumentParties& parties) {
    if (parties.columns.empty()) return;
    const double width = (kUsable - kCellGap * static_cast<double>(parties.columns.size() - 1)) /
                         static_cast<double>(parties.columns.size());
    double highest = 0;
    for (const auto& [label, lines] : parties.columns)
        highest =
            std::max(highest, canvas_.height_of(label, kLabel, width) + 3 + canvas_.height_of(lines, kText, width));
    need(highest);
    double x = kMargin;
    for (const auto& [label, lines] : parties.columns) {
        canvas_.text(x, y_, width, label, kLabel);
        canvas_.text(x, y_ + canvas_.height_of(label, kLabel, width) + 3, width, lines, kText);
        x += width + kCellGap;
    }
    y_ += highest;
}

void PageWriter::block(const sdk::DocumentTable& table) {
    if (table.columns.empty()) return;
    need(60);  // the head with at least one row
    table_head(table);
    for (const auto& row : table.rows) {
        if (need(row_height(table, row, false))) table_head(table);
        table_row(table, row, false);
        canvas_.rule(kMargin, y_, kUsable, 0.88);
    }
    y_ += table.totals.empty() ? 0 : 4;
    for (std::size_t i = 0; i < table.totals.size(); ++i) {
        const bool last = i + 1 == table.totals.size();
        need(row_height(table, table.totals[i], last));
        table_row(table, table.totals[i], last);
    }
}

void PageWriter::block(const sdk::DocumentChart& chart) {
    ChartDrawing drawing(canvas_, chart, kHeading, kMargin, kUsable);
    need(drawing.height());
    drawing.draw(y_);
    y_ += drawing.height();
}

void PageWriter::table_head(const sdk::DocumentTable& table) {
    const auto places = places_of(table.columns);
    double highest = 0;
    for (std::size_t i = 0; i < places.size(); ++i)
        highest = std::max(highest, canvas_.height_of(table.columns[i].title, kLabel, places[i].width));
    for (std::size_t i = 0; i < places.size(); ++i) {
        TextStyle style = kLabel;
        style.right = table.columns[i].number;
        canvas_.text(places[i].x, y_, places[i].width, table.columns[i].title, style);
    }
    y_ += highest + kRowPadding;
    canvas_.rule(kMargin, y_, kUsable, 0.5);
}

double PageWriter::row_height(const sdk::DocumentTable& table, const std::vector<std::string>& cells, bool bold) const {
    const auto places = places_of(table.columns);
    double highest = 0;
    for (std::size_t i = 0; i < places.size(); ++i)
        highest = std::max(highest, canvas_.height_of(cells[i], cell_style(table.columns[i], bold), places[i].width));
    return highest + 2 * kRowPadding;
}

void PageWriter::table_row(const sdk::DocumentTable& table, const std::vector<std::string>& cells, bool bold) {
    const auto places = places_of(table.columns);
    for (std::size_t i = 0; i < places.size(); ++i)
        canvas_.text(places[i].x, y_ + kRowPadding, places[i].width, cells[i], cell_style(table.columns[i], bold));
    y_ += row_height(table, cells, bold);
}

}  // namespace whatsflow::documents
