#include "documents/canvas.hpp"

#include <cairo-pdf.h>
#include <pango/pangocairo.h>

namespace whatsflow::documents {
namespace {

struct FreeObject {
    void operator()(gpointer object) const { g_object_unref(object); }
};
struct FreeFont {
    void operator()(PangoFontDescription* font) const { pango_font_description_free(font); }
};
struct FreeAttributes {
    void operator()(PangoAttrList* list) const { pango_attr_list_unref(list); }
};
using Layout = std::unique_ptr<PangoLayout, FreeObject>;

cairo_status_t append(void* closure, const unsigned char* bytes, unsigned int length) {
    static_cast<std::string*>(closure)->append(reinterpret_cast<const char*>(bytes), length);
    return CAIRO_STATUS_SUCCESS;
}

}  // namespace

struct Canvas::Impl {
    std::string written;
    cairo_surface_t* surface = nullptr;
    cairo_t* context = nullptr;
    std::string language;

    Layout layout(const std::string& text, const TextStyle& style, double width) const {
        Layout made(pango_cairo_create_layout(context));
        const std::unique_ptr<PangoFontDescription, FreeFont> font(pango_font_description_from_string("Noto Sans"));
        pango_font_description_set_absolute_size(font.get(), style.size * PANGO_SCALE);
        pango_font_description_set_weight(font.get(), style.bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
        pango_layout_set_font_description(made.get(), font.get());
        const std::unique_ptr<PangoAttrList, FreeAttributes> attributes(pango_attr_list_new());
        pango_attr_list_insert(attributes.get(), pango_attr_font_features_new("tnum=1"));
        pango_attr_list_insert(attributes.get(), pango_attr_language_new(pango_language_from_string(language.c_str())));
        pango_layout_set_attributes(made.get(), attributes.get());
        pango_layout_set_text(made.get(), text.data(), static_cast<int>(text.size()));
        if (width > 0) pango_layout_set_width(made.get(), static_cast<int>(width * PANGO_SCALE));
        pango_layout_set_wrap(made.get(), PANGO_WRAP_WORD_CHAR);
        pango_layout_set_alignment(made.get(), style.right ? PANGO_ALIGN_RIGHT : PANGO_ALIGN_LEFT);
        pango_layout_set_line_spacing(made.get(), 1.1F);
        return made;
    }
};

Canvas::Canvas(const std::string& title, const std::string& language) : impl_(std::make_unique<Impl>()) {
    impl_->language = language;
    impl_->surface = cairo_pdf_surface_create_for_stream(append, &impl_->written, kWidth, kHeight);
    cairo_pdf_surface_set_metadata(impl_->surface, CAIRO_PDF_METADATA_TITLE, title.c_str());
    cairo_pdf_surface_set_metadata(impl_->surface, CAIRO_PDF_METADATA_CREATOR, "WhatsFlow");
    impl_->context = cairo_create(impl_->surface);
}

Canvas::~Canvas() {
    cairo_destroy(impl_->context);
    cairo_surface_destroy(impl_->surface);
}

double Canvas::height_of(const std::string& text, const TextStyle& style, double width) const {
    int height = 0;
    pango_layout_get_size(impl_->layout(text, style, width).get(), nullptr, &height);
    return static_cast<double>(height) / PANGO_SCALE;
}

double Canvas::width_of(const std::string& text, const TextStyle& style) const {
    int width = 0;
    pango_layout_get_size(impl_->layout(text, style, 0).get(), &width, nullptr);
    return static_cast<double>(width) / PANGO_SCALE;
}

void Canvas::text(double x, double y, double width, const std::string& text, const TextStyle& style) {
    const auto layout = impl_->layout(text, style, width);
    cairo_set_source_rgb(impl_->context, style.grey, style.grey, style.grey);
    cairo_move_to(impl_->context, x, y);
    pango_cairo_show_layout(impl_->context, layout.get());
}

void Canvas::rule(double x, double y, double width, double grey) {
    cairo_set_source_rgb(impl_->context, grey, grey, grey);
    cairo_set_line_width(impl_->context, 0.6);
    cairo_move_to(impl_->context, x, y);
    cairo_line_to(impl_->context, x + width, y);
    cairo_stroke(impl_->context);
}

void Canvas::path(const std::vector<Point>& points, const std::vector<double>& dashes, double thickness, double grey) {
    cairo_save(impl_->context);
    cairo_set_source_rgb(impl_->context, grey, grey, grey);
    cairo_set_line_width(impl_->context, thickness);
    cairo_set_line_join(impl_->context, CAIRO_LINE_JOIN_ROUND);
    cairo_set_dash(impl_->context, dashes.data(), static_cast<int>(dashes.size()), 0);
    cairo_new_path(impl_->context);  // a text before it leaves a point behind
    for (const auto& point : points) cairo_line_to(impl_->context, point.x, point.y);
    cairo_stroke(impl_->context);
    cairo_restore(impl_->context);
}

void Canvas::frame(double x, double y, double width, double height, double grey) {
    cairo_set_source_rgb(impl_->context, grey, grey, grey);
    cairo_set_line_width(impl_->context, 0.9);
    cairo_rectangle(impl_->context, x, y, width, height);
    cairo_stroke(impl_->context);
}

void Canvas::next_page() {
    cairo_show_page(impl_->context);
}

std::string Canvas::bytes() {
    cairo_surface_finish(impl_->surface);
    return std::move(impl_->written);
}

}  // namespace whatsflow::documents
