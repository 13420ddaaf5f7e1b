/// \file
/// Draws a chart: its title, what its lines are, the lines, and the places below them.
#pragma once

#include "documents/canvas.hpp"

#include <whatsflow/sdk/documents.hpp>

namespace whatsflow::documents {

class ChartDrawing {
public:
    ChartDrawing(Canvas& canvas, const sdk::DocumentChart& chart, TextStyle title, double x, double width)
        : canvas_(canvas), chart_(chart), title_(title), x_(x), width_(width) {}

    double height() const;
    void draw(double y);

private:
    /// A line of the legend, with where it stands below the title.
    struct Told {
        std::size_t line;
        double x, y;
    };
    std::vector<Told> legend() const;
    double title_height() const;
    double legend_height() const;
    void draw_legend(double y);
    void draw_scale(double y, double step, double most);
    void draw_places(double y);
    double x_of(std::size_t place) const;

    Canvas& canvas_;
    const sdk::DocumentChart& chart_;
    const TextStyle title_;
    const double x_, width_;
};

}  // namespace whatsflow::documents
