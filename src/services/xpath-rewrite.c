#include "xpath-rewrite.h"
#include "xpath-functions.h"

#include <string.h>

#define DEPTH_MAX     48
#define OPERATORS_MAX 256

typedef enum
{
  TOKEN_END,
  TOKEN_NAME, /* a, a:b, a:* */
  TOKEN_NUMBER,
  TOKEN_LITERAL,
  TOKEN_SYMBOL, /* one or two characters */
} TokenType;

typedef struct
{
  const char *expression;
  const char *at; /* start of the token */
  gsize length;
  TokenType type;
  int depth;
  guint operators;
  GError *error;
} Reader;

static GString *parse_or (Reader *r);

static void
fail (Reader *r, const char *why)
{
  if (r->error == NULL)
    r->error = g_error_new (KIOSK_SERVICES_ERROR, KIOSK_SERVICES_ERROR_MALFORMED,
                            "expression \"%s\", at byte %d: %s", r->expression,
                            (int)(r->at - r->expression) + 1, why);
}

static gboolean
is_name_start (char c)
{
  return g_ascii_isalpha (c) || c == '_' || (guchar)c >= 0x80;
}

static gsize
name_length (const char *at)
{
  gsize n = 0;

  if (!is_name_start (*at))
    return 0;
  while (is_name_start (at[n]) || g_ascii_isdigit (at[n]) || at[n] == '-' || at[n] == '.')
    n++;
  return n;
}

static gsize
qname_length (const char *at)
{
  gsize n = name_length (at);

  if (n > 0 && at[n] == ':' && at[n + 1] == '*')
    return n + 2;
  if (n > 0 && at[n] == ':' && is_name_start (at[n + 1]))
    return n + 1 + name_length (at + n + 1);
  return n;
}

static gsize
number_length (const char *at)
{
  gsize n = strspn (at, "0123456789");

  if (at[n] == '.' && (n > 0 || g_ascii_isdigit (at[1])))
    n += 1 + strspn (at + n + 1, "0123456789");
  return n;
}

/* Reads the token that starts at or after r->at. */
static void
scan (Reader *r)
{
  const char *end;

  r->at += strspn (r->at, " \t\r\n");
  r->length = 0;
  r->type = TOKEN_END;
  if (*r->at == '\0')
    return;
  if ((r->length = qname_length (r->at)) > 0)
    r->type = TOKEN_NAME;
  else if ((r->length = number_length (r->at)) > 0)
    r->type = TOKEN_NUMBER;
  else if (*r->at == '"' || *r->at == '\'')
    {
      end = strchr (r->at + 1, *r->at);
      r->type = TOKEN_LITERAL;
      r->length = end != NULL ? (gsize)(end - r->at) + 1 : 0;
      if (end == NULL)
        fail (r, "the quotation has no end");
    }
  else
    {
      static const char *const doubles[] = { "//", "..", "::", "!=", "<=", ">=" };

      r->type = TOKEN_SYMBOL;
      r->length = 1;
      for (gsize i = 0; i < G_N_ELEMENTS (doubles); i++)
        if (strncmp (r->at, doubles[i], 2) == 0)
          r->length = 2;
    }
  if (r->error != NULL)
    r->type = TOKEN_END;
}

static void
next (Reader *r)
{
  r->at += r->length;
  scan (r);
}

static gboolean
is (const Reader *r, const char *text)
{
  return (r->type == TOKEN_SYMBOL || r->type == TOKEN_NAME) && r->length == strlen (text)
         && strncmp (r->at, text, r->length) == 0;
}

/* Copies the token into @out and reads the next. */
static void
copy (Reader *r, GString *out)
{
  g_string_append_len (out, r->at, (gssize)r->length);
  next (r);
}

static void
expect (Reader *r, GString *out, const char *symbol)
{
  if (is (r, symbol))
    copy (r, out);
  else
    fail (r, "something else was expected here");
}

/* The character after the token, spaces left out: '(' makes a name a function. */
static char
following (const Reader *r)
{
  const char *at = r->at + r->length;

  return at[strspn (at, " \t\r\n")];
}

static gboolean
is_node_type (const Reader *r)
{
  return is (r, "text") || is (r, "node") || is (r, "comment") || is (r, "processing-instruction");
}

static void
append_nested (Reader *r, GString *out)
{
  GString *inner = parse_or (r);

  g_string_append_len (out, inner->str, (gssize)inner->len);
  g_string_free (inner, TRUE);
}

static void
parse_predicates (Reader *r, GString *out)
{
  while (r->error == NULL && is (r, "["))
    {
      copy (r, out);
      append_nested (r, out);
      expect (r, out, "]");
    }
}

static void
parse_call (Reader *r, GString *out)
{
  g_autofree char *name = g_strndup (r->at, r->length);
  const KioskXpathFunction *function = kiosk_xpath_function_find (name);
  int n = 0;

  if (function == NULL)
    {
      fail (r, "there is no such function");
      return;
    }
  copy (r, out);
  expect (r, out, "(");
  while (r->error == NULL && !is (r, ")"))
    {
      append_nested (r, out);
      n++;
      if (!is (r, ","))
        break;
      copy (r, out);
      if (is (r, ")"))
        fail (r, "an argument is missing");
    }
  expect (r, out, ")");
  if (n < function->minimum || (function->maximum >= 0 && n > function->maximum))
    fail (r, "the function before this takes another number of arguments");
}

static void
parse_node_test (Reader *r, GString *out)
{
  if (r->type == TOKEN_NAME && following (r) == '(')
    {
      if (!is_node_type (r))
        {
          fail (r, "a function cannot be a step of a path");
          return;
        }
      copy (r, out);
      expect (r, out, "(");
      expect (r, out, ")");
    }
  else if (r->type == TOKEN_NAME || is (r, "*"))
    copy (r, out);
  else
    fail (r, "a name was expected here");
}

static void
parse_step (Reader *r, GString *out)
{
  if (is (r, ".") || is (r, ".."))
    {
      copy (r, out);
      return;
    }
  if (is (r, "@"))
    copy (r, out);
  else if (r->type == TOKEN_NAME && following (r) == ':')
    {
      copy (r, out);
      expect (r, out, "::");
    }
  parse_node_test (r, out);
  parse_predicates (r, out);
}

static void
parse_relative (Reader *r, GString *out)
{
  parse_step (r, out);
  while (r->error == NULL && (is (r, "/") || is (r, "//")))
    {
      copy (r, out);
      parse_step (r, out);
    }
}

static gboolean
starts_step (const Reader *r)
{
  return r->type == TOKEN_NAME || is (r, "*") || is (r, ".") || is (r, "..") || is (r, "@");
}

/* What may be followed by predicates and more steps: a literal, a number, a group, a call. */
static void
parse_primary (Reader *r, GString *out)
{
  if (is (r, "("))
    {
      copy (r, out);
      append_nested (r, out);
      expect (r, out, ")");
    }
  else if (r->type == TOKEN_NAME)
    parse_call (r, out);
  else
    copy (r, out);
  parse_predicates (r, out);
  if (r->error == NULL && (is (r, "/") || is (r, "//")))
    {
      copy (r, out);
      parse_relative (r, out);
    }
}

static GString *
parse_path (Reader *r)
{
  GString *out = g_string_new (NULL);

  if (is (r, "/"))
    {
      copy (r, out);
      if (starts_step (r))
        parse_relative (r, out);
    }
  else if (is (r, "//"))
    {
      copy (r, out);
      parse_relative (r, out);
    }
  else if (r->type == TOKEN_LITERAL || r->type == TOKEN_NUMBER || is (r, "(")
           || (r->type == TOKEN_NAME && following (r) == '(' && !is_node_type (r)))
    parse_primary (r, out);
  else if (starts_step (r))
    parse_relative (r, out);
  else
    fail (r, "a value was expected here");
  return out;
}

static GString *
parse_union (Reader *r)
{
  GString *out = parse_path (r);

  while (r->error == NULL && is (r, "|"))
    {
      GString *other;

      copy (r, out);
      other = parse_path (r);
      g_string_append_len (out, other->str, (gssize)other->len);
      g_string_free (other, TRUE);
    }
  return out;
}

static GString *
parse_unary (Reader *r)
{
  gboolean negative = FALSE;
  GString *out;

  while (is (r, "-"))
    {
      negative = !negative;
      next (r);
    }
  out = parse_union (r);
  if (negative)
    g_string_prepend (out, "-");
  return out;
}

typedef struct
{
  const char *symbol;
  const char *function; /* NULL: the operator stays as it is */
} Operator;

static const Operator levels[][5] = {
  { { "or", NULL } },
  { { "and", NULL } },
  { { "=", "kiosk.equal" }, { "!=", "kiosk.differs" } },
  { { "<", "kiosk.less" },
    { "<=", "kiosk.less-or-equal" },
    { ">", "kiosk.more" },
    { ">=", "kiosk.more-or-equal" } },
  { { "+", "kiosk.plus" }, { "-", "kiosk.minus" } },
  { { "*", NULL }, { "div", NULL }, { "mod", NULL } },
};

static const Operator *
match_operator (const Reader *r, gsize level)
{
  for (const Operator *o = levels[level]; o->symbol != NULL; o++)
    if (is (r, o->symbol))
      return o;
  return NULL;
}

/* Left-associative operators, loosest first. */
static GString *
parse_level (Reader *r, gsize level)
{
  GString *left;
  const Operator *o;

  if (level == G_N_ELEMENTS (levels))
    return parse_unary (r);
  left = parse_level (r, level + 1);
  while (r->error == NULL && (o = match_operator (r, level)) != NULL)
    {
      GString *joined = g_string_new (o->function), *right;

      if (++r->operators > OPERATORS_MAX)
        fail (r, "too many operators");
      next (r);
      right = parse_level (r, level + 1);
      if (o->function != NULL)
        g_string_append_printf (joined, "(%s,%s)", left->str, right->str);
      else
        g_string_append_printf (joined, "%s %s %s", left->str, o->symbol, right->str);
      g_string_free (left, TRUE);
      g_string_free (right, TRUE);
      left = joined;
    }
  return left;
}

static GString *
parse_or (Reader *r)
{
  GString *out;

  if (++r->depth > DEPTH_MAX)
    fail (r, "nested too deeply");
  out = r->error == NULL ? parse_level (r, 0) : g_string_new (NULL);
  r->depth--;
  return out;
}

char *
kiosk_xpath_rewrite (const char *expression, GError **error)
{
  Reader r = { .expression = expression, .at = expression };
  g_autoptr (GString) out = NULL;

  if (strlen (expression) > KIOSK_XPATH_LENGTH_MAX || !g_utf8_validate (expression, -1, NULL))
    {
      g_set_error (error, KIOSK_SERVICES_ERROR, KIOSK_SERVICES_ERROR_MALFORMED,
                   "expression: longer than %d bytes or not UTF-8", KIOSK_XPATH_LENGTH_MAX);
      return NULL;
    }
  scan (&r);
  out = parse_or (&r);
  if (r.error == NULL && r.type != TOKEN_END)
    fail (&r, "not expected here");
  if (r.error != NULL)
    {
      g_propagate_error (error, r.error);
      return NULL;
    }
  return g_string_free (g_steal_pointer (&out), FALSE);
}
