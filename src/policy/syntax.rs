//! What a Rego module calls and refers to, out of regorus' syntax tree.

use std::collections::{BTreeMap, BTreeSet};

use regorus::unstable::{Expr, Literal, LiteralStmt, Module, Rule, RuleHead, Span};

use super::tree::{self, Visit};
use crate::catalog;
use crate::model::Plane;

/// Line, column and length in characters, as diagnostics want them.
pub(super) type Place = (u32, u32, u32);

/// A call, its name resolved through the imports.
#[derive(Clone, Debug)]
pub(super) struct Call {
    pub name: String,
    pub arguments: usize,
    pub place: Place,
    /// Each argument that is a text literal (the format of `sprintf`, the name of a kind).
    pub texts: Vec<Option<String>>,
}

/// One step of a reference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Name(String),
    Any,
}

/// `data.a.b`, `input.onprem.Kind[_].Property`, resolved through the imports.
#[derive(Clone, Debug)]
pub(super) struct Reference {
    pub root: String,
    pub steps: Vec<Step>,
    pub place: Place,
}

impl Reference {
    /// The leading steps that are names.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.steps.iter().map_while(|step| match step {
            Step::Name(name) => Some(name.as_str()),
            Step::Any => None,
        })
    }
}

/// A property read of a resource of a known kind.
#[derive(Clone, Debug)]
pub(super) struct PropertyRead {
    pub plane: Plane,
    pub kind: String,
    pub property: String,
    pub place: Place,
}

/// One rule.
#[derive(Clone, Debug, Default)]
pub(super) struct RuleSyntax {
    pub name: String,
    pub line: u32,
    pub calls: Vec<Call>,
    pub references: Vec<Reference>,
    pub reads: Vec<PropertyRead>,
}

/// One module.
#[derive(Clone, Debug, Default)]
pub(super) struct ModuleSyntax {
    /// Without `data.`.
    pub package: String,
    pub package_place: Place,
    /// Alias to full path.
    pub imports: BTreeMap<String, (String, Place)>,
    /// Name to the numbers of arguments that it is declared with.
    pub functions: BTreeMap<String, BTreeSet<usize>>,
    /// Names of rules and functions.
    pub names: BTreeSet<String>,
    pub rules: Vec<RuleSyntax>,
}

/// Reads the tree of one module.
pub(super) fn read(module: &Module) -> ModuleSyntax {
    let mut syntax = ModuleSyntax {
        package: dotted(&module.package.refr),
        package_place: place(&module.package.span),
        ..ModuleSyntax::default()
    };
    for import in &module.imports {
        let path = dotted(&import.refr);
        let alias = match &import.r#as {
            Some(span) => span.text().to_owned(),
            None => path.rsplit('.').next().unwrap_or_default().to_owned(),
        };
        syntax.imports.insert(alias, (path, place(&import.span)));
    }
    // Names first: a body may refer to a rule further down.
    for rule in &module.policy {
        let (refr, arity) = match rule.as_ref() {
            Rule::Spec { head, .. } => match head {
                RuleHead::Compr { refr, .. } | RuleHead::Set { refr, .. } => (refr, None),
                RuleHead::Func { refr, args, .. } => (refr, Some(args.len())),
            },
            Rule::Default { refr, args, .. } => (refr, (!args.is_empty()).then_some(args.len())),
        };
        let name = first_name(refr);
        if let Some(arity) = arity {
            let dotted = dotted(refr);
            syntax.functions.entry(dotted).or_default().insert(arity);
        }
        syntax.names.insert(name);
    }
    for rule in &module.policy {
        let mut walker = Walker {
            imports: &syntax.imports,
            package: &syntax.package,
            names: &syntax.names,
            rule: RuleSyntax {
                line: rule.span().line,
                ..RuleSyntax::default()
            },
            bound: BTreeMap::new(),
            pending: Vec::new(),
        };
        walker.rule(rule.as_ref());
        let rule = walker.finish();
        syntax.rules.push(rule);
    }
    syntax
}

struct Walker<'a> {
    imports: &'a BTreeMap<String, (String, Place)>,
    package: &'a str,
    names: &'a BTreeSet<String>,
    rule: RuleSyntax,
    /// Variable to the kinds whose resources it stands for, in this rule.
    bound: BTreeMap<String, BTreeSet<(Plane, String)>>,
    /// Property reads of variables, decided when all bindings are known.
    pending: Vec<(String, String, Place)>,
}

impl Visit for Walker<'_> {
    fn rule(&mut self, rule: &Rule) {
        let refr = match rule {
            Rule::Spec { head, .. } => match head {
                RuleHead::Compr { refr, .. }
                | RuleHead::Set { refr, .. }
                | RuleHead::Func { refr, .. } => refr,
            },
            Rule::Default { refr, .. } => refr,
        };
        self.rule.name = first_name(refr);
        tree::below_rule(self, rule);
    }

    fn statement(&mut self, statement: &LiteralStmt) {
        match &statement.literal {
            Literal::SomeIn {
                value, collection, ..
            } => {
                if let Expr::Var { span, .. } = value.as_ref() {
                    self.bind(span.text(), collection);
                }
            }
            Literal::Every { value, domain, .. } => self.bind(value.text(), domain),
            Literal::SomeVars { .. } | Literal::Expr { .. } | Literal::NotExpr { .. } => {}
        }
        tree::below_statement(self, statement);
    }

    fn expr(&mut self, expr: &Expr) {
        match expr {
            Expr::Var { .. } | Expr::RefDot { .. } | Expr::RefBrack { .. } => self.reference(expr),
            Expr::Call {
                span, fcn, params, ..
            } => self.call(span, fcn, params.iter().map(|p| p.as_ref())),
            _ => {
                if let Expr::AssignExpr { lhs, rhs, .. } = expr
                    && let Expr::Var { span, .. } = lhs.as_ref()
                {
                    self.bind(span.text(), rhs);
                }
                tree::below_expr(self, expr);
            }
        }
    }
}

impl Walker<'_> {
    fn bind(&mut self, variable: &str, from: &Expr) {
        let mut kinds = BTreeSet::new();
        self.kinds_in(from, &mut kinds);
        if !kinds.is_empty() {
            self.bound
                .entry(variable.to_owned())
                .or_default()
                .extend(kinds);
        }
    }

    /// The kinds whose resources an expression holds: `input.p.K`, a variable that is bound to one,
    /// or a call that was given one (`front_ends(input.p.K)`).
    fn kinds_in(&self, expr: &Expr, kinds: &mut BTreeSet<(Plane, String)>) {
        match expr {
            Expr::Call { params, .. } => {
                for param in params {
                    self.kinds_in(param, kinds);
                    // `frontends("MapiVirtualDirectory")`, where only one plane has the kind.
                    if let Some(spec) = text_of(param).and_then(|text| catalog::find(&text))
                        && let [call] = spec.calls
                    {
                        kinds.insert((call.plane, spec.name.to_owned()));
                    }
                }
            }
            Expr::Var { .. } | Expr::RefDot { .. } | Expr::RefBrack { .. } => {
                let Some((root, steps)) = self.path(expr) else {
                    return;
                };
                if root != "input" {
                    if steps.iter().all(|step| *step == Step::Any)
                        && let Some(bound) = self.bound.get(&root)
                    {
                        kinds.extend(bound.iter().cloned());
                    }
                    return;
                }
                if let [Step::Name(plane), Step::Name(kind), rest @ ..] = steps.as_slice()
                    && let Ok(plane) = plane.parse::<Plane>()
                    && rest.iter().all(|step| *step == Step::Any)
                {
                    kinds.insert((plane, kind.clone()));
                }
            }
            _ => {}
        }
    }

    fn call<'e>(&mut self, span: &Span, fcn: &Expr, params: impl Iterator<Item = &'e Expr>) {
        let params: Vec<&Expr> = params.collect();
        let written = dotted(fcn);
        let (root, rest) = written.split_once('.').unwrap_or((&written, ""));
        let name = match self.imports.get(root) {
            Some((path, _)) if rest.is_empty() => path.clone(),
            Some((path, _)) => format!("{path}.{rest}"),
            None => written.clone(),
        };
        let length = u32::try_from(written.chars().count()).unwrap_or(1);
        let at = fcn.span();
        // `helper(dir, "Property")` reads that property of dir.
        if let [Expr::Var { span, .. }, literal, ..] = params.as_slice()
            && let Some(property) = text_of(literal)
        {
            self.pending
                .push((span.text().to_owned(), property, place(literal.span())));
        }
        // A call of another rule of this package is a reference to it, for the kinds it reads.
        if !name.starts_with("data.")
            && self.names.contains(root)
            && !self.imports.contains_key(root)
        {
            self.own_reference(root, place(span));
        } else if let Some(path) = name.strip_prefix("data.") {
            self.rule.references.push(Reference {
                root: "data".to_owned(),
                steps: path.split('.').map(|s| Step::Name(s.to_owned())).collect(),
                place: (span.line, span.col, length),
            });
        }
        self.rule.calls.push(Call {
            name,
            arguments: params.len(),
            place: (at.line, span.col.min(at.col), length),
            texts: params.iter().map(|p| text_of(p)).collect(),
        });
        for param in params {
            self.expr(param);
        }
    }

    fn own_reference(&mut self, name: &str, place: Place) {
        let steps = self
            .package
            .split('.')
            .chain([name])
            .map(|s| Step::Name(s.to_owned()))
            .collect();
        self.rule.references.push(Reference {
            root: "data".to_owned(),
            steps,
            place,
        });
    }

    fn reference(&mut self, expr: &Expr) {
        self.indexes(expr);
        let Some((root, steps)) = self.path(expr) else {
            return;
        };
        let place = place(expr.span());
        if root == "data" || root == "input" {
            if root == "input"
                && let [Step::Name(plane), Step::Name(kind), rest @ ..] = steps.as_slice()
                && let Ok(plane) = plane.parse()
                && let Some(Step::Name(property)) = rest.iter().find(|step| **step != Step::Any)
            {
                self.rule.reads.push(PropertyRead {
                    plane,
                    kind: kind.clone(),
                    property: property.clone(),
                    place,
                });
            }
            self.rule.references.push(Reference { root, steps, place });
        } else if let Some(Step::Name(property)) = steps.first() {
            self.pending.push((root.clone(), property.clone(), place));
            if self.names.contains(&root) {
                self.own_reference(&root, place);
            }
        } else if self.names.contains(&root) {
            self.own_reference(&root, place);
        }
    }

    /// The expressions inside brackets, and a base that is not a plain name.
    fn indexes(&mut self, expr: &Expr) {
        match expr {
            Expr::RefDot { refr, .. } => self.indexes(refr),
            Expr::RefBrack { refr, index, .. } => {
                self.indexes(refr);
                self.expr(index);
            }
            Expr::Var { .. } => {}
            other => self.expr(other),
        }
    }

    /// Root name and steps, resolved through the imports; none where the base is not a name.
    fn path(&self, expr: &Expr) -> Option<(String, Vec<Step>)> {
        let mut steps = Vec::new();
        let mut at = expr;
        let root = loop {
            match at {
                Expr::Var { span, .. } => break span.text(),
                Expr::RefDot { refr, field, .. } => {
                    steps.push(Step::Name(field.0.text().to_owned()));
                    at = refr.as_ref();
                }
                Expr::RefBrack { refr, index, .. } => {
                    steps.push(match index.as_ref() {
                        Expr::String { value, .. } | Expr::RawString { value, .. } => value
                            .as_string()
                            .map_or(Step::Any, |text| Step::Name(text.to_string())),
                        _ => Step::Any,
                    });
                    at = refr.as_ref();
                }
                _ => return None,
            }
        };
        steps.reverse();
        let Some((path, _)) = self.imports.get(root) else {
            return Some((root.to_owned(), steps));
        };
        let mut parts = path.split('.').map(str::to_owned);
        let root = parts.next()?;
        let steps = parts.map(Step::Name).chain(steps).collect();
        Some((root, steps))
    }

    fn finish(mut self) -> RuleSyntax {
        for (variable, property, place) in self.pending {
            // Only where the variable stands for one kind; Exchange's names start with a capital,
            // which what helpers return does not.
            let Some(kinds) = self.bound.get(&variable).filter(|k| k.len() == 1) else {
                continue;
            };
            for (plane, kind) in kinds {
                self.rule.reads.push(PropertyRead {
                    plane: *plane,
                    kind: kind.clone(),
                    property: property.clone(),
                    place,
                });
            }
        }
        self.rule
            .reads
            .retain(|read| read.property.starts_with(|c: char| c.is_ascii_uppercase()));
        self.rule
    }
}

fn place(span: &Span) -> Place {
    let text = span.text();
    let first = text.lines().next().unwrap_or_default();
    let length = u32::try_from(first.trim_end().chars().count()).unwrap_or(1);
    (span.line, span.col, length.max(1))
}

/// `a.b["c"]` as `a.b.c`; indexes that are not text are left out.
fn dotted(expr: &Expr) -> String {
    match expr {
        Expr::Var { span, .. } => span.text().to_owned(),
        Expr::RefDot { refr, field, .. } => format!("{}.{}", dotted(refr), field.0.text()),
        Expr::RefBrack { refr, index, .. } => match index.as_ref() {
            Expr::String { value, .. } | Expr::RawString { value, .. } => match value.as_string() {
                Ok(text) => format!("{}.{text}", dotted(refr)),
                Err(_) => dotted(refr),
            },
            _ => dotted(refr),
        },
        _ => String::new(),
    }
}

/// A text literal.
fn text_of(expr: &Expr) -> Option<String> {
    match expr {
        Expr::String { value, .. } | Expr::RawString { value, .. } => {
            value.as_string().ok().map(ToString::to_string)
        }
        _ => None,
    }
}

fn first_name(expr: &Expr) -> String {
    let mut at = expr;
    loop {
        match at {
            Expr::RefDot { refr, .. } | Expr::RefBrack { refr, .. } => at = refr.as_ref(),
            Expr::Var { span, .. } => return span.text().to_owned(),
            _ => return String::new(),
        }
    }
}
