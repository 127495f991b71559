#include "xpath-functions.h"

#include <math.h>
#include <string.h>

/* Pops @n arguments in the order they were written; a node-set gives a string a node.
 * (transfer full) (element-type utf8). */
static GPtrArray *
pop_strings (xmlXPathParserContext *parser, int n)
{
  GPtrArray *strings = g_ptr_array_new_with_free_func (g_free);

  for (int i = 0; i < n; i++)
    {
      g_autoptr (KioskXpathObject) object = valuePop (parser);
      xmlNodeSet *nodes = object != NULL ? object->nodesetval : NULL;

      if (object == NULL)
        continue;
      if (object->type != XPATH_NODESET)
        g_ptr_array_insert (strings, 0, kiosk_xpath_object_string (object));
      for (int j = nodes != NULL ? nodes->nodeNr - 1 : -1; j >= 0; j--)
        {
          xmlChar *text = xmlXPathCastNodeToString (nodes->nodeTab[j]);

          g_ptr_array_insert (strings, 0, g_strdup ((const char *)text));
          xmlFree (text);
        }
    }
  return strings;
}

static void
push_joined (xmlXPathParserContext *parser, GPtrArray *strings, const char *separator)
{
  g_autofree char *joined = NULL;

  g_ptr_array_add (strings, NULL);
  joined = g_strjoinv (separator, (char **)strings->pdata);
  kiosk_xpath_return_string (parser, joined);
}

static void
on_concat (xmlXPathParserContext *parser, int n)
{
  g_autoptr (GPtrArray) strings = pop_strings (parser, n);

  push_joined (parser, strings, "");
}

static void
on_join (xmlXPathParserContext *parser, int n)
{
  g_autoptr (GPtrArray) strings = pop_strings (parser, n - 1);
  g_autofree char *separator = kiosk_xpath_pop_string (parser);

  push_joined (parser, strings, separator);
}

/* The whole text must match, as ODK's documentation says. A pattern that would try for ever is
 * given up: the two limits are PCRE's own, set in front of the pattern. */
static void
on_regex (xmlXPathParserContext *parser, int n)
{
  g_autofree char *pattern = kiosk_xpath_pop_string (parser);
  g_autofree char *text = kiosk_xpath_pop_string (parser);
  g_autofree char *whole
    = g_strdup_printf ("(*LIMIT_MATCH=100000)(*LIMIT_DEPTH=1000)\\A(?:%s)\\z", pattern);
  g_autoptr (GRegex) regex = g_regex_new (whole, 0, 0, NULL);
  g_autoptr (GError) error = NULL;
  gboolean matches = regex != NULL && g_regex_match_full (regex, text, -1, 0, 0, NULL, &error);

  if (regex == NULL || error != NULL)
    kiosk_xpath_fail (parser);
  else
    valuePush (parser, xmlXPathNewBoolean (matches));
}

/* JavaRosa's substr: from 0, the end not included, negative counts from the end. */
static void
on_substr (xmlXPathParserContext *parser, int n)
{
  double end = n > 2 ? trunc (kiosk_xpath_pop_number (parser)) : INFINITY;
  double start = trunc (kiosk_xpath_pop_number (parser));
  g_autofree char *text = kiosk_xpath_pop_string (parser);
  g_autofree char *part = NULL;
  double length = (double)g_utf8_strlen (text, -1);

  start = CLAMP (start < 0 ? length + start : start, 0, length);
  end = CLAMP (end < 0 ? length + end : end, 0, length);
  part = start < end ? g_utf8_substring (text, (glong)start, (glong)end) : g_strdup ("");
  kiosk_xpath_return_string (parser, part);
}

static void
on_ends_with (xmlXPathParserContext *parser, int n)
{
  g_autofree char *suffix = kiosk_xpath_pop_string (parser);
  g_autofree char *text = kiosk_xpath_pop_string (parser);

  valuePush (parser, xmlXPathNewBoolean (g_str_has_suffix (text, suffix)));
}

/* Choices as ODK writes several of them: separated by spaces. */
static char **
pop_choices (xmlXPathParserContext *parser)
{
  g_autofree char *text = kiosk_xpath_pop_string (parser);
  g_auto (GStrv) parts = g_strsplit_set (text, " \t\r\n", -1);
  GStrvBuilder *builder = g_strv_builder_new ();
  char **choices;

  for (char **part = parts; *part != NULL; part++)
    if (**part != '\0')
      g_strv_builder_add (builder, *part);
  choices = g_strv_builder_end (builder);
  g_strv_builder_unref (builder);
  return choices;
}

static void
on_selected (xmlXPathParserContext *parser, int n)
{
  g_autofree char *wanted = g_strstrip (kiosk_xpath_pop_string (parser));
  g_auto (GStrv) choices = pop_choices (parser);

  valuePush (parser, xmlXPathNewBoolean (g_strv_contains ((const char *const *)choices, wanted)));
}

static void
on_selected_at (xmlXPathParserContext *parser, int n)
{
  double index = trunc (kiosk_xpath_pop_number (parser));
  g_auto (GStrv) choices = pop_choices (parser);
  gboolean there = index >= 0 && index < g_strv_length (choices);

  kiosk_xpath_return_string (parser, there ? choices[(gsize)index] : "");
}

static void
on_count_selected (xmlXPathParserContext *parser, int n)
{
  g_auto (GStrv) choices = pop_choices (parser);

  valuePush (parser, xmlXPathNewFloat (g_strv_length (choices)));
}

static void
on_digest (xmlXPathParserContext *parser, int n)
{
  static const struct
  {
    const char *name;
    GChecksumType type;
  } algorithms[] = { { "MD5", G_CHECKSUM_MD5 },
                     { "SHA-1", G_CHECKSUM_SHA1 },
                     { "SHA-256", G_CHECKSUM_SHA256 },
                     { "SHA-384", G_CHECKSUM_SHA384 },
                     { "SHA-512", G_CHECKSUM_SHA512 } };
  g_autofree char *encoding = n > 2 ? kiosk_xpath_pop_string (parser) : g_strdup ("base64");
  g_autofree char *name = kiosk_xpath_pop_string (parser);
  g_autofree char *text = kiosk_xpath_pop_string (parser);
  g_autoptr (GChecksum) checksum = NULL;
  g_autofree char *base64 = NULL;
  guint8 raw[64];
  gsize length = sizeof raw;

  for (gsize i = 0; i < G_N_ELEMENTS (algorithms); i++)
    if (g_str_equal (name, algorithms[i].name))
      checksum = g_checksum_new (algorithms[i].type);
  if (checksum == NULL || (!g_str_equal (encoding, "base64") && !g_str_equal (encoding, "hex")))
    {
      kiosk_xpath_fail (parser);
      return;
    }
  g_checksum_update (checksum, (const guchar *)text, (gssize)strlen (text));
  if (g_str_equal (encoding, "hex"))
    {
      kiosk_xpath_return_string (parser, g_checksum_get_string (checksum));
      return;
    }
  g_checksum_get_digest (checksum, raw, &length);
  base64 = g_base64_encode (raw, length);
  kiosk_xpath_return_string (parser, base64);
}

static void
on_choice_name (xmlXPathParserContext *parser, int n)
{
  const KioskXpathHost *host = kiosk_xpath_context_host (kiosk_xpath_parser_context (parser));
  g_autofree char *ref = g_strstrip (kiosk_xpath_pop_string (parser));
  g_autofree char *value = kiosk_xpath_pop_string (parser);
  g_autofree char *label = NULL;

  if (host->choice_name != NULL)
    label = host->choice_name (host->data, value, ref);
  kiosk_xpath_return_string (parser, label != NULL ? label : "");
}

const KioskXpathFunction kiosk_xpath_text_functions[] = {
  { "concat", 0, -1, on_concat },
  { "join", 2, -1, on_join },
  { "regex", 2, 2, on_regex },
  { "substr", 2, 3, on_substr },
  { "ends-with", 2, 2, on_ends_with },
  { "selected", 2, 2, on_selected },
  { "selected-at", 2, 2, on_selected_at },
  { "count-selected", 1, 1, on_count_selected },
  { "digest", 2, 3, on_digest },
  { "jr:choice-name", 2, 2, on_choice_name },
  { NULL, 0, 0, NULL },
};
